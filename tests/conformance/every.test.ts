import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

/** How many behaviours HPKV's own suites assert. */
const BEHAVIOURS = 40;

test('every behaviour that HPKV’s own suites assert is driven by an official client', () => {
	const folder = new URL('.', import.meta.url);
	const text = readdirSync(folder)
		.filter((name) => name.endsWith('.test.ts') && name !== 'every.test.ts')
		.map((name) => readFileSync(new URL(name, folder), 'utf8'))
		.join('\n');
	const cases = [...text.matchAll(/^\s*official\(\s*\[([\d, ]+)\]/gm)].map(([, numbers]) =>
		numbers!.split(',').map(Number)
	);
	const covered = new Set(cases.flat());
	expect(Array.from({ length: BEHAVIOURS }, (_, n) => n + 1).filter((n) => !covered.has(n))).toEqual([]);
	console.log(`conformance: ${covered.size} of ${BEHAVIOURS} behaviours in ${cases.length} official-client cases`);
});
