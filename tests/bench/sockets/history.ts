/**
 * What a message costs in a room that has said much already; beside the algorithm of HPKV's showcase on our own store:
 * the whole history under one key, read, changed and written back, and the whole value to each reader.
 */
import type { Point, Result, Series } from '../result.ts';
import type { Row, Side } from '../row.ts';
import type { Scale } from '../scale.ts';
import { withContestants, WRITERS, type Entrant, type Measured } from './contestants.ts';
import { whereLimited } from './limits.ts';
import { names } from './names.ts';

const KB = 1_000;

/** A history of fewer messages is made anew for each round, or the rounds themselves would make it longer. */
const OWN_ROOM_BELOW = 1_000;

const CONTESTANTS = ['product', 'showcase'] as const;

/** The rooms of one length of history: one a round, or one for all. */
interface Old {
	length: number;
	rooms: number[];
}

export function history({ rounds, history }: Scale): Promise<Result> {
	const { readers, lengths, messages, showcaseMessages } = history;
	let rooms = 0;
	const old = lengths.map((length): Old => {
		const count = length < OWN_ROOM_BELOW ? rounds : 1;
		return { length, rooms: Array.from({ length: count }, () => rooms++) };
	});

	return withContestants(CONTESTANTS, { rooms, writers: WRITERS }, async (entrants) => {
		const runs = entrants.map(() => lengths.map((): Measured[] => []));
		for (const entrant of entrants) {
			for (const each of old) await remember(entrant, each);
			for (let room = 0; room < rooms; room++) await entrant.read(room, readers);
		}
		for (let round = 0; round < rounds; round++) {
			for (const [at, { rooms }] of old.entries()) {
				for (const [who, entrant] of entrants.entries()) {
					const room = rooms[round % rooms.length];
					const asked = { room, writers: 1, messages: who === 0 ? messages : showcaseMessages };
					runs[who]![at]!.push(await entrant.measure(asked));
				}
			}
		}
		const [product, showcase] = runs as [Measured[][], Measured[][]];
		return { rows: rowsOf(readers, lengths, product, showcase), series: seriesOf(lengths, runs) };
	});
}

async function remember(entrant: Entrant, { length, rooms }: Old): Promise<void> {
	for (const room of rooms) {
		if (entrant.contestant === 'showcase') await entrant.remember(room, length);
		else if (length > 0) await entrant.run({ room, messages: length });
	}
}

const cpu = ({ serverCpu, messages }: Measured) => serverCpu / messages / 1_000;
const wire = ({ bytes, messages }: Measured) => bytes / messages / KB;
const last = ({ toLast }: Measured) => toLast;

function rowsOf(readers: number, lengths: readonly number[], product: Measured[][], showcase: Measured[][]): Row[] {
	const longest = lengths.length - 1;
	const many = lengths[longest]!.toLocaleString('en');
	const side = (name: string, runs: Measured[], of: (run: Measured) => number, unit: string): Side => ({
		name,
		rounds: runs.map(of),
		unit
	});
	const grown = (what: string, of: (run: Measured) => number, unit: string): Row => ({
		what: `product, ${readers} readers: ${what}`,
		a: side(`after ${many}`, product[longest]!, of, unit),
		b: side('after 0', product[0]!, of, unit),
		goal: { atMost: 1.5 }
	});
	const beside = (what: string, of: (run: Measured) => number, unit: string): Row => ({
		what: `after ${many} messages, ${readers} readers: ${what}`,
		a: side(names.showcase, showcase[longest]!, of, unit),
		b: side(names.product, product[longest]!, of, unit)
	});
	return [
		grown('server CPU per message', cpu, 'ms'),
		grown('bytes per message', wire, 'kB'),
		{
			...beside('time to the last reader', last, 'ms'),
			goal: { atLeast: 20 },
			notes: whereLimited(`after ${many} messages`, names.showcase, showcase[longest]!, 'an upper bound')
		},
		beside('server CPU per message', cpu, 'ms'),
		beside('bytes per message', wire, 'kB')
	];
}

const seriesOf = (lengths: readonly number[], runs: Measured[][][]): Series[] =>
	CONTESTANTS.map((contestant, who) => ({
		chart: 'history',
		name: names[contestant],
		points: lengths.map((x, at): Point => {
			const measured = runs[who]![at]!;
			return { x, y: { cpu: measured.map(cpu), bytes: measured.map(wire), toLast: measured.map(last) } };
		})
	}));
