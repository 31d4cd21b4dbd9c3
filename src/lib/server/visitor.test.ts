import type { Cookies } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { memoryStore } from '../../hpkv/client/memory.ts';
import { StoreUnavailable } from '../../hpkv/client/hpkv.ts';
import { Visitor } from './visitor.ts';

const NOW = Date.UTC(2026, 10, 23);
const ADA = { id: 'ada', name: 'Ada', createdAt: NOW };

test('whoever comes in is let in also where the store answers nothing more: nobody waits for what is not asked for', async () => {
	const store = memoryStore();
	const asked: string[] = [];
	const get = (key: string) => {
		asked.push(key);
		return Promise.reject(new StoreUnavailable('The store answered 429'));
	};
	const cookies = { get: () => undefined, set: () => undefined } as unknown as Cookies;
	const visitor = new Visitor({ ...store, get }, cookies, new URL('http://parley.test/'));
	await visitor.enter(ADA, NOW);
	expect(asked).toEqual([]);
	expect(await visitor.person()).toBe('ada');
	await expect(visitor.session()).rejects.toThrow('429');
});
