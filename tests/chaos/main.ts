/**
 * `npm run chaos [row …]` makes trouble for the built app and says what became of what people wrote; `npm run chaos:full`
 * does so at length, and then with each guard switched off, when the row must fail. SEED=… plays the same trouble again,
 * --rows and --guards play one half; --alone plays the rows that measure times, --others all but these; CHAOS_REPORT=… names a file
 * for what passed and failed.
 */
import { writeFileSync } from 'node:fs';
import { seed } from '../conformance/faults/random.ts';
import { holds, line, play, type Outcome, type Row } from './row.ts';
import { rows } from './rows.ts';
import type { Sabotage } from './sabotage.ts';
import { sabotaged, shipped, type Tree } from './tree.ts';

// The programs that were started end with this one, however it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => {
		console.log(`chaos: ended by ${signal}`);
		process.exit(130);
	});
}

const words = process.argv.slice(2);
const full = words.includes('--full');
const onlyGuards = words.includes('--guards');
const onlyRows = words.includes('--rows');
const named = words.filter((word) => !word.startsWith('--'));
const unknown = named.filter((name) => !rows.some(({ id }) => id === name));
if (unknown.length > 0) {
	console.error(`There is no row ${unknown.join(', ')}. There are: ${rows.map(({ id }) => id).join(', ')}`);
	process.exit(2);
}
const isPlayed = ({ elsewhere }: Row) => full || onlyGuards || elsewhere === undefined;
const isOfHalf = ({ alone }: Row) => !words.includes(alone ? '--others' : '--alone');
const asked = named.length > 0 ? rows.filter(({ id }) => named.includes(id)) : rows.filter(isPlayed).filter(isOfHalf);
const chosen: Row[] = [];
for (const row of asked) {
	const reason = await row.cannotRun?.();
	if (reason) console.log(`${row.id} is left out: ${reason}`);
	else chosen.push(row);
}

// What a row has left behind must not end the run: it is told, and the run has failed.
process.on('unhandledRejection', (reason) => {
	console.log('left behind:', reason);
	failed++;
});

let passed = 0;
let failed = 0;

function report(name: string, outcome: Outcome): void {
	console.log(line(name, outcome));
	for (const sentence of outcome.wrong) console.log(`      ${sentence}`);
	if (outcome.broken !== undefined) console.log('     ', outcome.broken);
}

async function each(list: readonly Row[], act: (row: Row) => Promise<void>): Promise<void> {
	await together(
		list.filter(({ alone }) => !alone),
		act
	);
	await together(
		list.filter(({ alone }) => alone),
		act
	);
}

/** Two at a time, and what mostly waits does so meanwhile. At length one after the other: none spoils another's figures. */
async function together(list: readonly Row[], act: (row: Row) => Promise<void>): Promise<void> {
	const busy = list.filter(({ waits }) => !waits);
	const lane = async () => {
		for (let row = busy.shift(); row; row = busy.shift()) await act(row);
	};
	const waiting = () => list.filter(({ waits }) => waits).map(act);
	if (full) {
		await Promise.all(waiting());
		await lane();
	} else await Promise.all([lane(), lane(), ...waiting()]);
}

async function tryRows(): Promise<void> {
	const tree = await shipped();
	await each(chosen, async (row) => {
		const outcome = await play(row, tree, seed, full);
		report(row.id, outcome);
		if (holds(outcome)) passed++;
		else failed++;
	});
}

/** With its guard off, a row must find something wrong; one that merely breaks down shows nothing. */
async function tryGuards(): Promise<void> {
	const guards = chosen.flatMap((row) => row.guards.map((guard): [Row, Sabotage] => [row, guard]));
	let shown = 0;
	// Rows may have a guard in common.
	const copies = new Map<Sabotage, Promise<Tree>>();
	const copyWithout = (guard: Sabotage) => {
		const copying = copies.get(guard) ?? sabotaged(guard);
		copying.catch(() => undefined);
		copies.set(guard, copying);
		return copying;
	};
	for (const [at, [row, guard]] of guards.entries()) {
		const tree = await copyWithout(guard);
		// The next copy is built while a row is played, but not beside a row that measures times: its bounds are the full run's.
		const next = guards[at + 1];
		if (next && !row.alone) void copyWithout(next[1]);
		const outcome = await play(row, tree, seed, row.alone ?? false);
		const red = outcome.wrong.length > 0;
		console.log(`GUARD ${guard} off: ${row.id} is ${red ? `red: ${outcome.wrong.at(-1)}` : 'NOT RED'}`);
		if (!red) report(`${row.id} without ${guard}`, outcome);
		if (red) shown++;
		else failed++;
	}
	console.log(`\n${shown} of ${guards.length} guards shown to matter`);
}

const began = performance.now();
console.log(`chaos: SEED=${seed}, ${full ? 'full' : 'quick'}`);
if (!onlyGuards) await tryRows();
if ((full || onlyGuards) && !onlyRows) await tryGuards();
console.log(`\n${Math.round((performance.now() - began) / 1000)} s, SEED=${seed}`);
console.log(`${passed} passed, ${failed} failed`);
if (process.env.CHAOS_REPORT) writeFileSync(process.env.CHAOS_REPORT, JSON.stringify({ passed, failed }));
process.exit(failed === 0 ? 0 : 1);
