import type { Cookies, RequestEvent } from '@sveltejs/kit';
import { isHttpError, isRedirect } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { StoreUnavailable, type Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { dropPerson } from '../people/holders.ts';
import { openSession } from '../people/sessions.ts';
import { changeStanding } from '../people/standing.ts';
import { Visitor } from '../people/visitor.ts';
import { PlaceSettings } from '../place/settings.ts';
import { SetupState } from '../setup/setup-state.ts';
import { admit } from './admit.ts';
import { ruledRoutes } from './route-rules.ts';

const NOW = Date.now();
const DEVICE = { browser: 'Firefox on Linux', address: '127.0.0.1' };
const RENDERED = 'what the route shows';

/** Asks for a route of a place for members, as an owner whose session and rights the store cannot always tell. */
async function ask(
	route: string,
	{ store, token, method = 'GET' }: { store: Hpkv; token?: string; method?: string },
	during: () => Promise<void> = () => Promise.resolve()
): Promise<{ status: number; body: string }> {
	const settings = new PlaceSettings(store, {}, () => 0);
	const url = new URL('http://parley.test/');
	const cookies = {
		get: (name: string) => (name === 'session-here' ? token : undefined),
		set: () => undefined
	} as unknown as Cookies;
	const options = { instance: 'here', settings, device: DEVICE, sessionDays: 90 };
	const request = new Request(url, {
		method,
		headers: { accept: 'text/html' },
		body: method === 'POST' ? new URLSearchParams({ message: 'Soup at seven', password: 'correct horse' }) : undefined
	});
	const event = {
		...{ url, request, route: { id: route }, isDataRequest: false },
		fetch: (path: string) => Promise.resolve(new Response(path, { status: 404 })),
		locals: { visitor: new Visitor(store, cookies, url, options) }
	} as unknown as RequestEvent;
	const resolve = async () => {
		await during();
		return new Response(RENDERED);
	};
	try {
		const answer = await admit(store, new SetupState(store, settings))({ event, resolve });
		return { status: answer.status, body: await answer.text() };
	} catch (reason) {
		if (isHttpError(reason)) return { status: reason.status, body: reason.body.message };
		if (isRedirect(reason)) return { status: reason.status, body: '' };
		throw reason;
	}
}

async function placeOfOwner() {
	const store = memoryStore();
	await store.patch(keys.owners, ';+ada@ada');
	await changeStanding(store, 'ada', 'role', 'owner');
	const ada = { id: 'ada', name: 'Ada', createdAt: NOW };
	const token = await openSession(store, ada, { generation: undefined, device: DEVICE }, NOW);
	return { store, token };
}

const failing = (store: Hpkv, key: string): Hpkv => ({
	...store,
	get: (asked) => (asked.startsWith(key) ? Promise.reject(new StoreUnavailable('503')) : store.get(asked))
});

/** They show nothing of the place, or ask for the rights themselves and fail as the question before them did. */
const GO_ON = [
	...[
		'/healthz',
		'/readyz',
		'/up',
		'/not-found/[...path]',
		'/help',
		'/help/look',
		'/setup/[token]',
		'/join/[secret]',
		'/signin',
		'/share',
		'/avatars.css',
		'/avatars/[id]',
		'/signin/[token]'
	],
	...[
		'/',
		'/rooms.json',
		'/new/room',
		'/watch',
		'/you',
		'/rooms/[slug]',
		'/rooms/[slug]/[n]',
		'/rooms/[slug]/settings'
	],
	...['/rooms/[slug]/messages', '/rooms/[slug]/since', '/rooms/[slug]/here', '/rooms/[slug]/read']
];

describe('a request is admitted', () => {
	test('to its route, for an owner', async () => {
		const { store, token } = await placeOfOwner();
		for (const route of ruledRoutes)
			expect(await ask(route, { store, token }), route).toEqual({ status: 200, body: RENDERED });
	});

	test.each(['settings', 'session:', 'standing:'])(
		'to nothing that others may not see, while %s cannot be read',
		async (key) => {
			const { store, token } = await placeOfOwner();
			for (const route of [...ruledRoutes, '/a/new/route'].filter((route) => !GO_ON.includes(route))) {
				const answer = await ask(route, { store: failing(store, key), token });
				expect([answer.status, answer.body.includes(RENDERED)], route).toEqual([503, false]);
			}
		}
	);

	test('to no route without a rule', async () => {
		const { store, token } = await placeOfOwner();
		// The error page in its frame, in place of the route's own page.
		expect(await ask('/a/new/route', { store, token })).toEqual({ status: 404, body: '/not-found' });
		expect((await ask('/a/new/route', { store, token, method: 'POST' })).status).toBe(404);
	});

	test('again after its answer was made: not if the person was blocked meanwhile', async () => {
		const { store, token } = await placeOfOwner();
		const blocked = async () => {
			await changeStanding(store, 'ada', 'blocked', true);
			await dropPerson(store, 'ada');
		};
		expect((await ask('/rooms/[slug]', { store, token }, blocked)).status).toBe(303);
	});
});

test('a refused form comes back with the text that was typed, and without the password', async () => {
	const { store, token } = await placeOfOwner();
	for (const asking of [{ store }, { store: failing(store, 'standing:'), token }]) {
		const { status, body } = await ask('/operator/place', { ...asking, method: 'POST' });
		expect(status).toBe('token' in asking ? 503 : 401);
		expect(body).toContain('Soup at seven');
		expect(body).not.toContain('correct horse');
	}
});
