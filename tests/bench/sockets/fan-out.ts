/** One room and many readers: each message is durable, then heard by all; beside Socket.IO, which does the same. */
import type { Point, Result, Series } from '../result.ts';
import { median, type Goal, type Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { withContestants, WRITERS, type Measured } from './contestants.ts';
import type { Contestant } from './dialect.ts';
import { whereLimited } from './limits.ts';
import { names } from './names.ts';

const CONTESTANTS = ['product', 'store', 'socket.io, durable', 'socket.io'] as const satisfies Contestant[];
type Runs = Record<(typeof CONTESTANTS)[number], Measured[]>;

/** By number of readers: deliveries per second of the product and of the store, as multiples of the durable Socket.IO's. */
const GOALS: Record<number, { product?: Goal; store?: Goal; cpu?: Goal }> = {
	100: { product: { atLeast: 2 }, store: { atLeast: 6 } },
	1_000: { product: { atLeast: 8 }, store: { atLeast: 8 }, cpu: { atMost: 0.25 } }
};

export async function fanOut(scale: Scale): Promise<Result> {
	const rows: Row[] = [];
	const points = CONTESTANTS.map((): Point[] => []);
	for (const readers of scale.fanOut.readers) {
		const runs = await measured(readers, scale);
		rows.push(...rowsOf(readers, runs));
		for (const [index, contestant] of CONTESTANTS.entries()) {
			const y = { deliveries: runs[contestant].map(perSecond), cpu: runs[contestant].map(cpuEach) };
			points[index]!.push({ x: readers, y });
		}
	}
	const series = CONTESTANTS.map((each, index): Series => {
		return { chart: 'fan-out', name: names[each], points: points[index]! };
	});
	return { rows, series };
}

const perSecond = ({ deliveries, seconds }: Measured) => deliveries / seconds;
const cpuEach = ({ serverCpu, deliveries }: Measured) => serverCpu / deliveries;

const measured = (readers: number, { rounds, fanOut: { warmUp, measured } }: Scale): Promise<Runs> =>
	withContestants(CONTESTANTS, { rooms: 1, writers: WRITERS }, async (entrants) => {
		for (const entrant of entrants) await entrant.read(0, readers);
		await Promise.all(entrants.map((entrant) => entrant.run({ ms: warmUp })));
		const runs: Runs = { product: [], store: [], 'socket.io, durable': [], 'socket.io': [] };
		for (let round = 0; round < rounds; round++) {
			for (const [at, entrant] of entrants.entries()) {
				runs[CONTESTANTS[at]!].push(await entrant.measure({ ms: measured }));
			}
		}
		return runs;
	});

function rowsOf(readers: number, runs: Runs): Row[] {
	const room = `one room, ${readers.toLocaleString('en')} readers, ${WRITERS} writers`;
	const side = (contestant: keyof Runs, of: (run: Measured) => number, unit: string) => ({
		name: names[contestant],
		rounds: runs[contestant].map(of),
		unit
	});
	const against = (ours: 'product' | 'store', theirs: keyof Runs, goal?: Goal): Row => ({
		what: `${room}: deliveries`,
		a: side(ours, perSecond, '/s'),
		b: side(theirs, perSecond, '/s'),
		goal,
		notes: [
			...whereLimited(room, names[ours], runs[ours], 'a lower bound'),
			...whereLimited(room, names[theirs], runs[theirs], 'an upper bound')
		]
	});
	const cpu = (ours: 'product' | 'store', goal?: Goal): Row => ({
		what: `${room}: server CPU per delivery`,
		a: side(ours, cpuEach, 'µs'),
		b: side('socket.io, durable', cpuEach, 'µs'),
		goal
	});
	const { product, store, cpu: leastCpu } = GOALS[readers] ?? {};
	return [
		against('product', 'socket.io, durable', product),
		cpu('product', leastCpu),
		against('store', 'socket.io, durable', store),
		cpu('store'),
		against('product', 'socket.io')
	].map((row, index) => {
		if (index > 0) return row;
		const messages = median(runs.product.map((run) => run.messages / run.seconds));
		const note = `${room}: the product took ${Math.round(messages)} messages a second.`;
		return { ...row, notes: [note, ...(row.notes ?? [])] };
	});
}
