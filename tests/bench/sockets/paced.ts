/** A room as lively as people make it: how long a message takes to its last reader when nothing is under strain. */
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { withContestants, WRITERS, type Measured } from './contestants.ts';
import type { Contestant } from './dialect.ts';
import { whereLimited } from './limits.ts';
import { names } from './names.ts';

const CONTESTANTS = ['product', 'store', 'socket.io'] as const satisfies Contestant[];

export function paced({ rounds, paced: { readers, every, warmUp, measured } }: Scale): Promise<Row[]> {
	return withContestants(CONTESTANTS, { rooms: 1, writers: WRITERS }, async (entrants) => {
		for (const entrant of entrants) {
			await entrant.read(0, readers);
			await entrant.run({ ms: warmUp, every });
		}
		const runs = entrants.map((): Measured[] => []);
		for (let round = 0; round < rounds; round++) {
			for (const [at, entrant] of entrants.entries()) runs[at]!.push(await entrant.measure({ ms: measured, every }));
		}
		const what = `${1_000 / every} messages a second, ${readers.toLocaleString('en')} readers`;
		const theirs = runs[2]!;
		return ([0, 1] as const).flatMap((at): Row[] => {
			const ours = runs[at]!;
			const sides = (of: (run: Measured) => number, unit: string) => ({
				a: { name: names[CONTESTANTS[at]], rounds: ours.map(of), unit },
				b: { name: names['socket.io'], rounds: theirs.map(of), unit }
			});
			return [
				{
					what: `${what}: time to the last reader`,
					...sides(({ toLast }) => toLast, 'ms'),
					goal: { atMost: 1.15 },
					notes: whereLimited(what, names[CONTESTANTS[at]], ours, 'an upper bound')
				},
				{
					what: `${what}: server CPU per message`,
					...sides(({ serverCpu, messages }) => serverCpu / messages / 1_000, 'ms')
				}
			];
		});
	});
}
