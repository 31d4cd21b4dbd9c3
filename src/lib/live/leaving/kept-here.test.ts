import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FileStore, KeptFile } from '../files/file-store.ts';
import { forgetPerson, unsaid, unsentOf, unsentText } from './kept-here.ts';

/** Like a browser's storage, its keys are its own properties. */
let stored: Record<string, string>;
beforeEach(() => {
	const methods = {
		getItem: (key: string) => stored[key] ?? null,
		removeItem: (key: string) => void delete stored[key]
	};
	stored = Object.create(methods) as Record<string, string>;
	vi.stubGlobal('localStorage', stored);
});
afterEach(() => void vi.unstubAllGlobals());

function storeOf(persons: string[]): { store: Pick<FileStore, 'load' | 'remove'>; left: () => (string | undefined)[] } {
	let files = persons.map((person, n) => ({ key: `k${n}`, person }) as KeptFile);
	const store = {
		load: () => Promise.resolve(files),
		remove: (keys: readonly string[]) => Promise.resolve(void (files = files.filter(({ key }) => !keys.includes(key))))
	};
	return { store, left: () => files.map(({ person }) => person) };
}

test('what a person has not sent is counted, and goes with all that is theirs; others and the browser keep theirs', async () => {
	const { store, left } = storeOf(['ada', 'grace', 'ada']);
	const keys = {
		'parley:unsent:kitchen:1': JSON.stringify({ person: 'ada', message: 'Soup' }),
		'parley:unsent:kitchen:2': JSON.stringify({ person: 'grace', message: 'Tea' }),
		'parley:unsent:kitchen:3': 'damaged',
		'parley:draft:kitchen:ada': '"Bread"',
		'parley:draft:hall:grace': '"Cake"',
		'parley:reply:kitchen:ada': '{}',
		'parley:edit:kitchen:ada:7': '{}',
		'parley:share::ada': '{}',
		'parley:share::grace': '{}',
		'parley:choice:sound': 'true',
		'other:draft:kitchen:ada': 'x'
	};
	Object.assign(stored, keys);
	expect(await unsentOf('ada', store)).toEqual({ messages: 1, drafts: 3, files: 2 });
	await forgetPerson('ada', store);
	expect(await unsentOf('ada', store)).toBeUndefined();
	expect(left()).toEqual(['grace']);
	expect(Object.keys(stored).sort()).toEqual([
		'other:draft:kitchen:ada',
		'parley:choice:sound',
		'parley:draft:hall:grace',
		'parley:share::grace',
		'parley:unsent:kitchen:2',
		'parley:unsent:kitchen:3'
	]);
	expect(await unsentOf('grace', store)).toEqual({ messages: 1, drafts: 2, files: 1 });
});

test('the sentence names what there is', () => {
	expect(unsentText({ messages: 0, drafts: 1, files: 0 })).toBe(
		'Not sent: 1 draft. It is only in this browser, and removed from it when you sign out.'
	);
	expect(unsentText({ messages: 2, drafts: 1, files: 3 })).toBe(
		'Not sent: 2 messages, 1 draft and 3 files. They are only in this browser, and removed from it when you sign out.'
	);
});

test('what another tab has kept since it was said is said as well', async () => {
	const { store } = storeOf([]);
	expect(await unsaid('ada', '', store)).toBeUndefined();
	stored['parley:draft:kitchen:ada'] = '"Bread"';
	const one = await unsaid('ada', '', store);
	expect(one).toContain('1 draft');
	expect(await unsaid('ada', one ?? '', store)).toBeUndefined();
	stored['parley:draft:hall:ada'] = '"Cake"';
	expect(await unsaid('ada', one ?? '', store)).toContain('2 drafts');
});
