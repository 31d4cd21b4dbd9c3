import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DOCTOR_EVERY_MS, DOCTOR_MOST_MS } from '../../chat/limits.ts';
import { WholeCheck } from './whole-check.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'doctor-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** @param code what the program does */
function checkOf(code: string) {
	const program = join(folder, 'program.mjs');
	writeFileSync(program, code);
	let now = 0;
	const failed = vi.fn();
	const check = new WholeCheck({ program, environment: () => ({ PORT: '7' }), clock: () => now, failed });
	return { check, failed, later: (ms: number) => void (now += ms) };
}

const FINDING = { is: 'warning', about: 'Rights', text: 'Others can look.' };
/** Counts its runs, and ends as `doctor` where something is wrong. */
const DOCTOR = `import { appendFileSync } from 'node:fs';
appendFileSync(new URL('runs', import.meta.url), process.argv.slice(2).join(' ') + ';');
console.log(JSON.stringify([{ ...${JSON.stringify(FINDING)}, text: process.env.PORT }]));
process.exitCode = 1;`;

test('all checks run once at a time, and not again within a minute', async () => {
	const { check, later } = checkOf(DOCTOR);
	expect(check.last).toBeUndefined();
	const runs = [check.run(), check.run()];
	expect(check.isRunning).toBe(true);
	expect(await Promise.all(runs)).toEqual(['checked', 'checked']);
	expect([check.isRunning, check.last]).toEqual([false, { at: 0, findings: [{ ...FINDING, text: '7' }] }]);
	expect(await check.run()).toBe('lately');
	later(DOCTOR_EVERY_MS);
	expect(await check.run()).toBe('checked');
	expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe(
		`doctor --json --within ${DOCTOR_MOST_MS / 1_000};`.repeat(2)
	);
});

test.each(["console.log('A sentence')", 'process.exit(1)', "console.log('[{}]')"])(
	'a program that says nothing that can be read (%s) is told as a finding',
	async (code) => {
		const { check, failed } = checkOf(code);
		expect(await check.run()).toBe('checked');
		expect(check.last?.findings).toMatchObject([{ is: 'wrong', about: 'Doctor' }]);
		expect(failed).toHaveBeenCalledOnce();
	}
);

test('what a program complains of is told once', async () => {
	const { check, failed } = checkOf("console.error('No disk is left'); process.exit(3)");
	await check.run();
	const { message } = failed.mock.lastCall?.[0] as Error;
	expect(message).toBe('The program ended with 3. No disk is left');
});

test('a program whose own time is over ends, also while it does nothing but compute, and without its parent', async () => {
	const ends = new URL('end-within.ts', import.meta.url).href;
	const program = `import { endWithin } from ${JSON.stringify(ends)}; endWithin(300); for (;;);`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], { detached: true, stdio: 'ignore' });
	const [, signal] = (await once(child, 'exit')) as [unknown, string];
	expect(signal).toBe('SIGKILL');
});

test('the end of the process ends the checks', async () => {
	const { check, failed } = checkOf('setTimeout(() => undefined, 60_000)');
	const run = check.run();
	expect(await check.run(10)).toBe('running');
	check.close();
	await run;
	expect([check.isRunning, check.last, failed.mock.calls]).toEqual([false, undefined, []]);
});
