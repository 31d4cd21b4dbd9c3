import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DOCTOR_EVERY_MS } from '../../chat/limits.ts';
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
	expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('doctor --json;doctor --json;');
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

test('the end of the process ends the checks', async () => {
	const { check, failed } = checkOf('setTimeout(() => undefined, 60_000)');
	const run = check.run();
	expect(await check.run(10)).toBe('running');
	check.close();
	await run;
	expect([check.isRunning, check.last, failed.mock.calls]).toEqual([false, undefined, []]);
});
