/** What people run holds none of what the rows switch off, and every switch still has its guard. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MARK, switches } from './sabotage.ts';
import { exchanged, ROOT } from './tree.ts';

const filesOf = (folder: string) =>
	readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));

test('the sources hold no switch', () => {
	expect(filesOf('src').filter((file) => readFileSync(file).includes(MARK))).toEqual([]);
});

test.skipIf(!existsSync(join(ROOT, 'build')))('the shipped build holds no switch', () => {
	expect(filesOf('build').filter((file) => readFileSync(file).includes(MARK))).toEqual([]);
});

test.each(Object.entries(switches))('%s: its guard stands where it is switched off', (name, { edits }) => {
	const sources = new Map<string, string>();
	for (const { file, guard, instead } of edits) {
		const source = sources.get(file) ?? readFileSync(join(ROOT, 'src', file), 'utf8');
		sources.set(file, exchanged(source, guard, instead, name));
	}
});
