/** What a connection costs that says nothing: growth of the server's resident memory, garbage collected before each look. */
import type { Result } from '../result.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { withContestants } from './contestants.ts';
import type { Contestant } from './dialect.ts';
import { names } from './names.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** What a small server has for a thousand people with ten tabs each. */
const MOST_RESIDENT = 512;

const CONTESTANTS = ['product', 'store', 'socket.io'] as const satisfies Contestant[];

export async function idle({ rounds, idle }: Scale): Promise<Result> {
	const grown: Record<(typeof CONTESTANTS)[number], number[]> = { product: [], store: [], 'socket.io': [] };
	for (let round = 0; round < rounds; round++) {
		// A fresh process each time: what was once used is used again.
		for (const contestant of CONTESTANTS) grown[contestant].push((await bytesEach(contestant, idle)) / KIB);
	}
	const side = (contestant: keyof typeof grown) => ({
		name: names[contestant],
		rounds: grown[contestant],
		unit: 'KiB'
	});
	const rows = (['product', 'store'] as const).map((ours): Row => {
		return {
			what: `memory of one of ${idle.connections.toLocaleString('en')} idle connections`,
			a: side(ours),
			b: side('socket.io'),
			goal: { atMost: 0.5 }
		};
	});
	if (idle.most > 0) rows.push(await everybody(idle.most));
	const series = CONTESTANTS.map((each) => ({
		chart: 'idle',
		name: names[each],
		points: [{ x: idle.connections, y: { memory: grown[each] } }]
	}));
	return { rows, series };
}

const bytesEach = (contestant: Contestant, { before, connections }: Scale['idle']): Promise<number> =>
	withContestants([contestant], { rooms: 1, writers: 0 }, async ([entrant]) => {
		await entrant!.read(0, before);
		const few = await entrant!.memory();
		await entrant!.read(0, connections);
		return ((await entrant!.memory()) - few) / connections;
	});

/** As many connections as the product takes, in all of its memory. */
const everybody = (connections: number): Promise<Row> =>
	withContestants(['product'], { rooms: 1, writers: 0 }, async ([entrant]) => {
		await entrant!.read(0, connections);
		return {
			what: `memory with ${connections.toLocaleString('en')} idle connections`,
			a: { name: 'product', rounds: [(await entrant!.memory()) / MIB], unit: 'MiB' },
			b: { name: 'limit', rounds: [MOST_RESIDENT], unit: 'MiB' },
			goal: { atMost: 1 }
		};
	});
