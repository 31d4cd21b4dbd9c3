import type { Cookies } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { StoreUnavailable } from '../../../hpkv/port.ts';
import { visitorOptions } from '../../../../tests/fixtures/visitors.ts';
import { openSession } from './sessions.ts';
import { Visitor } from './visitor.ts';

/** Sessions end, so their time is the present. */
const NOW = Date.now();
const SESSION = { generation: undefined, device: { browser: 'Firefox on Linux', address: '127.0.0.1' } };
const ADA = { id: 'ada', name: 'Ada', createdAt: NOW };

test('entering as a person reads nothing from the store, so no failure is left unhandled', async () => {
	const store = memoryStore();
	const asked: string[] = [];
	const get = (key: string) => {
		asked.push(key);
		return Promise.reject(new StoreUnavailable('The store answered 429'));
	};
	const cookies = { get: () => undefined, set: () => undefined } as unknown as Cookies;
	const visitor = new Visitor({ ...store, get }, cookies, new URL('http://parley.test/'), visitorOptions(store));
	await visitor.enter(ADA, undefined, NOW);
	expect(asked).toEqual([]);
	expect(await visitor.person()).toBe('ada');
	await expect(visitor.session()).rejects.toThrow('429');
});

/** Cookies as in SvelteKit: within a request, a cookie that was set can be read at once. */
function cookieJar(kept: Record<string, string>) {
	const jar = new Map(Object.entries(kept));
	const cookies = {
		get: (name: string) => jar.get(name),
		set: (name: string, value: string) => void jar.set(name, value),
		delete: (name: string) => void jar.delete(name)
	} as unknown as Cookies;
	return { cookies, kept: () => Object.fromEntries(jar) };
}

test('a session cookie of an earlier version is moved to the current name', async () => {
	const store = memoryStore();
	const token = await openSession(store, ADA, SESSION, NOW);
	for (const [url, earlier, name] of [
		['http://parley.test/', 'session', 'session-here'],
		['https://parley.test/', 'session', '__Host-session-here'],
		['https://parley.test/', 'session-here', '__Host-session-here']
	] as const) {
		const { cookies, kept } = cookieJar({ [earlier]: token });
		const visitor = new Visitor(store, cookies, new URL(url), visitorOptions(store));
		await visitor.renameCookie();
		expect(kept(), url).toEqual({ [name]: token });
		expect(await visitor.session(), url).toMatchObject({ person: 'ada' });
	}
});

test('a session cookie of another Parley on the same host is not changed', async () => {
	const store = memoryStore();
	const theirs = { session: 'of-an-earlier-version', 'session-there': 'theirs' };
	const { cookies, kept } = cookieJar(theirs);
	const visitor = new Visitor(store, cookies, new URL('http://parley.test/'), visitorOptions(store));
	await visitor.renameCookie();
	expect(await visitor.session()).toBeUndefined();
	await visitor.enter(ADA, undefined, NOW);
	expect(kept()).toMatchObject(theirs);
	const later = new Visitor(store, cookies, new URL('http://parley.test/'), visitorOptions(store));
	await later.renameCookie();
	expect(await later.session()).toMatchObject({ person: 'ada' });
	await later.leave();
	expect(kept()).toEqual(theirs);
});
