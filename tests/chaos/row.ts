import { seeded } from '../conformance/faults/random.ts';
import type { Sabotage } from './sabotage.ts';
import { Stage, type Judgement } from './stage.ts';
import type { Tree } from './tree.ts';

/** One kind of trouble. */
export interface Row {
	id: string;
	/** The guards that it is about: with any of them off, it must fail. */
	guards: readonly Sabotage[];
	/** It mostly waits, and does so beside the others. */
	waits?: boolean;
	/** The test that `npm test` plays instead: this is for the full run, and for its guards. */
	elsewhere?: string;
	/** Measures other people's times: played when no other kind of row is. */
	alone?: boolean;
	/** Why it cannot be played on this machine; undefined where it can. */
	cannotRun?: () => string | undefined | Promise<string | undefined>;
	/** The full run's bound on its time, in the place of that of all rows, in milliseconds. */
	longest?: number;
	/** Makes the trouble, waits until it is over, and returns the address where the truth can be asked for. */
	run: (stage: Stage) => Promise<string>;
	/** In milliseconds, from the acknowledgement until a reader shows it: for 99 of 100 deliveries, and for every one. */
	bars?: { repair?: number; worst?: number };
}

export interface Outcome extends Judgement {
	/** It could not be played to its end: nothing is shown by that, neither way. */
	broken?: unknown;
	seconds: number;
}

/** No row is longer: a wait that nobody has thought of must not hold up the run. In milliseconds. */
const LONGEST = { quick: 170_000, full: 1_800_000 };

export async function play(row: Row, tree: Tree, seed: number, full: boolean): Promise<Outcome> {
	const began = performance.now();
	// A row alone must meet the same chance as among the others.
	const stage = new Stage(tree, seeded([...row.id].reduce((sum, c) => sum * 31 + c.charCodeAt(0), seed)), full);
	const late = Promise.withResolvers<never>();
	const longest = full || row.elsewhere !== undefined ? (row.longest ?? LONGEST.full) : LONGEST.quick;
	const timer = setTimeout(() => late.reject(new Error('It takes too long')), longest);
	let judgement: Judgement = stage.unjudged();
	let broken: unknown;
	try {
		judgement = await Promise.race([row.run(stage).then((app) => stage.judge(app)), late.promise]);
		const { repair = Infinity, worst = Infinity } = row.bars ?? {};
		if (judgement.repair > repair) judgement.wrong.push(`repaired within ${judgement.repair} ms, not ${repair}`);
		if (judgement.worst > worst) judgement.wrong.push(`stale for ${judgement.worst} ms, not ${worst}`);
	} catch (error) {
		broken = error;
	} finally {
		clearTimeout(timer);
		await stage.close();
	}
	return { ...judgement, broken, seconds: (performance.now() - began) / 1000 };
}

export const holds = ({ wrong, broken, acked }: Outcome) => wrong.length === 0 && broken === undefined && acked > 0;

export function line(name: string, outcome: Outcome): string {
	const { acked, deliveries, lost, doubled, reordered, invented, repair, worst, figures, seconds } = outcome;
	const all = { acked, deliveries, lost, doubled, reordered, invented, repair_ms_p99: repair, worst_ms: worst };
	const told = Object.entries({ ...all, ...figures, seconds: Math.round(seconds) });
	return `CHAOS ${name} ${told.map(([key, value]) => `${key}=${value}`).join(' ')} ${holds(outcome) ? 'ok' : 'FAILED'}`;
}
