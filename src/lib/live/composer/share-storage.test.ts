import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetShare, keepShare, readShare } from './share-storage.ts';

const LIMIT = 1_000;
beforeEach(() => {
	const stored = new Map<string, string>();
	vi.stubGlobal('sessionStorage', {
		getItem: (key: string) => stored.get(key) ?? null,
		setItem: (key: string, value: string) => {
			if (value.length > LIMIT) throw new Error('QuotaExceededError');
			stored.set(key, value);
		},
		removeItem: (key: string) => void stored.delete(key)
	});
});
afterEach(() => void vi.unstubAllGlobals());

const files = [{ id: 'a', name: 'notes.txt', type: 'text/plain', size: 10 }];

test('a share is of one person, the last one that was kept, until it is forgotten', () => {
	keepShare('ada', { text: 'Soup', files });
	keepShare('ada', { text: 'Soup on Sunday', files });
	expect(readShare('ada')).toEqual({ text: 'Soup on Sunday', files });
	expect(readShare('grace')).toBeUndefined();
	forgetShare('grace');
	expect(readShare('ada')).toBeDefined();
	forgetShare('ada');
	expect(readShare('ada')).toBeUndefined();
});

test('an empty share, one that is too large and an old value bring nothing back', () => {
	for (const share of [
		{ text: '', files: [] },
		{ text: 'x'.repeat(LIMIT), files }
	]) {
		keepShare('ada', { text: 'Soup', files });
		keepShare('ada', share);
		expect(readShare('ada')).toBeUndefined();
	}
	for (const old of ['null', '{}', '"Soup"', '{"text":1,"files":[]}']) {
		sessionStorage.setItem('parley:share::ada', old);
		expect(readShare('ada'), old).toBeUndefined();
	}
	vi.stubGlobal('sessionStorage', undefined);
	keepShare('ada', { text: 'Soup', files });
	expect(readShare('ada')).toBeUndefined();
});
