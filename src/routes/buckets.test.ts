/** Every form action and endpoint has a bucket: each line of BUCKETS is called until it is refused. */
import { parse } from 'devalue';
import { isActionFailure, isHttpError, isRedirect } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../hpkv/embedded/memory.ts';
import { unheard } from '$lib/server/storage/hearing.ts';
import { routes } from '../../tests/canary/routes.ts';
import { kitchen } from '../../tests/fixtures/kitchen.ts';
import { OPEN } from '$lib/chat/place/place.ts';
import { dayOf } from '$lib/chat/messages/draft.ts';
import { limitRequests } from '$lib/server/admission/limit-requests.ts';
import { makeSignInLink } from '$lib/server/credentials/sign-in-links.ts';
import { settings, store, throttle } from '$lib/server/services.ts';

let person = 'ada';
let address = '203.0.113.1';
let count = 0;
const fresh = () => `x${String(count++).padStart(15, '0')}`;

store.attach(unheard(memoryStore()));
await settings.change(OPEN);

type Event = Record<string, unknown> & { headers: Record<string, string> };
type Handler = (event: Event) => unknown;

const pages = import.meta.glob<{ actions?: Record<string, Handler> }>('./**/+page.server.ts', { eager: true });
const endpoints = import.meta.glob<Record<string, Handler>>('./**/+server.ts', { eager: true });

/** All actions and endpoints, by names like `/you?/rename` and `GET /watch`. */
const handlers = new Map<string, Handler>([
	...Object.entries(pages).flatMap(([file, { actions = {} }]) =>
		Object.entries(actions).map(([name, action]) => [`${routeOf(file)}?/${name}`, action] as const)
	),
	...Object.entries(endpoints).flatMap(([file, methods]) =>
		Object.entries(methods)
			.filter(([name]) => /^[A-Z]+$/.test(name))
			.map(([method, handler]) => [`${method} ${routeOf(file)}`, handler] as const)
	)
]);

function routeOf(file: string): string {
	return file.slice(1).replace(/\/\+(page\.)?server\.ts$/, '') || '/';
}

interface Line {
	/** Calls that are let through at once. */
	burst: number;
	/** The posted fields: new values each time where only successful calls count. */
	fields?: () => Record<string, string>;
}

/** No bucket but that of requests: see src/lib/server/runtime/limit-requests.ts. */
const REQUESTS = 'the requests of its address';

const sends: Line = { burst: 10, fields: () => ({ n: '1', message: 'Soup', reaction: '1 👍 on' }) };
const unread: Line = { burst: 30, fields: () => ({ n: '1' }) };
const operator: Line = { burst: 60, fields: () => ({ id: 'nobody', role: 'guest', room: 'Nowhere', act: 'block' }) };
const joins: Line = { burst: 20, fields: () => ({ name: fresh(), formId: fresh() }) };

/** Without a password, so that none is hashed. */
const credentials: Line = { burst: 20, fields: () => ({ formId: fresh(), password: 'short' }) };
const guesses: Line = { burst: 10, fields: () => ({ name: 'Ada', password: 'wrong', formId: fresh() }) };

const BUCKETS: Record<string, Line | typeof REQUESTS> = {
	'/?/join': joins,
	'/?/create': { burst: 10, fields: () => ({ name: fresh(), formId: fresh() }) },
	'/?/star': { burst: 100, fields: () => ({ room: 'kitchen', act: 'star' }) },
	'/?/order': { burst: 100, fields: () => ({ order: 'name' }) },
	'/you?/avatar': { burst: 10 },
	'/you?/removeAvatar': { burst: 100 },
	'/operator/place?/logo': { burst: 10 },
	'/operator/place?/removeLogo': operator,
	'GET /avatars.css': REQUESTS,
	'GET /avatars/[id]': REQUESTS,
	'/new/room?/create': { burst: 10, fields: () => ({ name: fresh(), formId: fresh() }) },
	'/new/message?/start': { burst: 20, fields: () => ({ to: 'Nobody' }) },
	'/rooms/[slug]?/block': { burst: 100 },
	'/rooms/[slug]?/unblock': { burst: 100 },
	'/people/[id]?/block': { burst: 100 },
	'/people/[id]?/unblock': { burst: 100 },
	'/rooms/[slug]/private-room?/create': { burst: 100, fields: () => ({ name: fresh(), formId: fresh() }) },
	'/rooms/[slug]?/join': joins,
	'/rooms/[slug]?/send': { burst: 10, fields: () => ({ message: 'Soup', sendId: fresh(), day: dayOf(Date.now()) }) },
	'/rooms/[slug]?/draft': REQUESTS,
	'/share?/receive': REQUESTS,
	'/rooms/[slug]?/edit': sends,
	'/rooms/[slug]?/delete': sends,
	'/rooms/[slug]?/react': sends,
	'/rooms/[slug]?/unread': unread,
	'/rooms/[slug]/[n]?/edit': sends,
	'/rooms/[slug]/[n]?/delete': sends,
	'/rooms/[slug]/[n]?/react': sends,
	'/rooms/[slug]/[n]?/unread': unread,
	'/rooms/[slug]/settings?/rename': { burst: 10, fields: () => ({ name: fresh() }) },
	'/rooms/[slug]/settings?/describe': { burst: 20, fields: () => ({ topic: 'Soup' }) },
	'/rooms/[slug]/settings?/archive': { burst: 20, fields: () => ({ act: 'archive' }) },
	'/rooms/[slug]/notifications?/level': { burst: 100, fields: () => ({ level: 'all' }) },
	'/rooms/[slug]/notifications?/mute': { burst: 100, fields: () => ({ act: 'mute', span: 'hour' }) },
	'/rooms/[slug]/notifications?/hide': { burst: 100, fields: () => ({ act: 'hide' }) },
	'/rooms/[slug]/settings?/private': { burst: 20 },
	'/rooms/[slug]/settings?/open': { burst: 20 },
	'/rooms/[slug]/members?/add': { burst: 60, fields: () => ({ person: 'Nobody' }) },
	'/rooms/[slug]/members?/remove': { burst: 60, fields: () => ({ id: 'nobody' }) },
	'/rooms/[slug]/members?/leave': { burst: 60 },
	'/you?/rename': { burst: 10, fields: () => ({ name: fresh() }) },
	'/you/sign-in?/link': { burst: 10 },
	'/you/sign-in?/password': credentials,
	'/you/sign-in?/passkey': credentials,
	'/you/sign-in?/removePasskey': credentials,
	'/you/sign-in?/codes': credentials,
	'/you/sign-in?/revoke': credentials,
	'/you/sign-in?/endSession': credentials,
	'/you/sign-in?/endOthers': credentials,
	'/you?/profile': { burst: 100, fields: () => ({ about: 'Cooks', zone: '' }) },
	'/you?/quiet': { burst: 100, fields: () => ({ from: '22:00', to: '07:00', act: 'on' }) },
	'/you?/appearance': { burst: 100, fields: () => ({ theme: 'dark' }) },
	'/you?/leave': { burst: 100 },
	'/signin/[token]?/default': { burst: 21, fields: () => ({ formId: fresh() }) },
	'/setup/[token]?/setup': { burst: 20, fields: () => ({ formId: fresh() }) },
	'/setup/[token]?/own': { burst: 20 },
	'/signin?/password': guesses,
	'/signin?/code': guesses,
	'/signin?/passkey': { burst: 30 },
	'/signin?/invitation': { burst: 100 },
	'/signin?/join': joins,
	'/people/invitations?/invite': {
		burst: 20,
		fields: () => ({
			lifetime: 'week',
			uses: '25',
			formId: fresh()
				.replace(/[^a-z2-7]/g, 'a')
				.padEnd(26, 'a')
		})
	},
	'/people/invitations?/revoke': { burst: 60, fields: () => ({ id: 'unknown' }) },
	// The visitor of this test is signed in: only an unknown link is asked about.
	'/join/[secret]?/join': joins,
	'/join/[secret]?/rooms': { burst: 20 },
	'/rooms/[slug]/[n]/report?/send': { burst: 5, fields: () => ({ reason: 'Unkind' }) },
	'/operator/place?/save': operator,
	'/operator/people?/role': operator,
	'/operator/people?/unblock': operator,
	'/operator/people?/reactivate': operator,
	'/operator/people/[id]/[act]?/default': operator,
	'/operator/rooms?/room': operator,
	'/operator/private-rooms/[id]?/archive': operator,
	'/operator/private-rooms/[id]?/remove': operator,
	'/operator/private-rooms/[id]?/enter': operator,
	'/operator/reports?/done': operator,
	'/operator/status?/check': operator,
	'GET /operator/log/export': { burst: 60 },
	'POST /rooms/[slug]/here': { burst: 30, fields: () => ({ tab: fresh(), act: 'here' }) },
	'GET /rooms/[slug]/people.json': { burst: 40 },
	'POST /rooms/[slug]/read': unread,
	'GET /rooms/[slug]/read': { burst: 30 },
	'GET /rooms/[slug]/messages': REQUESTS,
	'GET /rooms/[slug]/files/[n]/[id]/[name]': REQUESTS,
	'GET /rooms/[slug]/files/[n]/[id]/thumbnail/[name]': REQUESTS,
	'GET /rooms/[slug]/since': REQUESTS,
	'GET /people.json': { burst: 40 },
	'GET /rooms.json': REQUESTS,
	'GET /watch': REQUESTS,
	'GET /healthz': REQUESTS,
	'GET /readyz': REQUESTS,
	'GET /up': REQUESTS
};

afterEach(() => void vi.useRealTimers());

let token: string;

function eventOf(what: string, fields: Record<string, string> = {}): Event {
	const headers: Record<string, string> = {};
	const isGet = what.startsWith('GET ');
	const request = new Request('http://127.0.0.1/', isGet ? {} : { method: 'POST', body: new URLSearchParams(fields) });
	const session = { person, name: 'Ada', role: 'operator' as const, createdAt: 0 };
	return {
		headers,
		request,
		params: { slug: 'kitchen', token, n: '1', id: 'nobody', act: 'block' },
		url: new URL('http://localhost/?n=1'),
		locals: {
			visitor: {
				session: () => Promise.resolve(session),
				person: () => Promise.resolve(person),
				enter: () => Promise.resolve(),
				leave: () => Promise.resolve(),
				place: () => Promise.resolve(OPEN),
				enterAgain: () => Promise.resolve(),
				keepOnce: () => undefined,
				sessionDigest: () => 'digest',
				age: (now: number) => ({ now, lifetime: 0 }),
				choose: () => undefined,
				zone: () => 'UTC',
				chooseRoomOrder: () => undefined
			}
		},
		getClientAddress: () => address,
		setHeaders: (more: Record<string, string>) => Object.assign(headers, more)
	};
}

/** The status that SvelteKit would answer with. */
async function statusOf(handler: Handler, event: Event): Promise<{ status: number; retryAfter?: unknown }> {
	try {
		const answer = await handler(event);
		if (isActionFailure(answer)) {
			return { status: answer.status, retryAfter: (answer.data as { retryAfter?: number } | undefined)?.retryAfter };
		}
		return { status: answer instanceof Response ? answer.status : 200 };
	} catch (reason) {
		if (isHttpError(reason)) return { status: reason.status, retryAfter: reason.body.retryAfter };
		if (isRedirect(reason)) return { status: reason.status };
		throw reason;
	}
}

beforeEach(async () => {
	// The clock is stopped, so that no bucket refills during a test.
	vi.useFakeTimers({ toFake: ['performance'] });
	[person, address] = [fresh(), `203.0.${count >> 8}.${count & 255}`];
	token = await makeSignInLink(store, 'ada', 'device', Date.now());
	await kitchen(store, 1);
	await store.set('person:ada', JSON.stringify({ id: 'ada', name: 'Ada', createdAt: 0 }));
});

test('every action and endpoint is in the table of buckets', () => {
	expect([...handlers.keys()].sort()).toEqual(Object.keys(BUCKETS).sort());
});

test('the canary, which reads sources, knows every action by its name', () => {
	const known = routes.flatMap(({ id, actions }) => actions.map((name) => `${id}?/${name}`));
	expect(known.sort()).toEqual([...handlers.keys()].filter((what) => what.includes('?/')).sort());
});

describe('bucket of', () => {
	const own = Object.entries(BUCKETS).filter((entry): entry is [string, Line] => entry[1] !== REQUESTS);

	test.each(own)('%s refuses with 429 and Retry-After', async (what, { burst, fields }) => {
		const handler = handlers.get(what);
		if (!handler) throw new Error('There is none');
		for (let n = 1; n <= burst; n++) {
			expect((await statusOf(handler, eventOf(what, fields?.()))).status, `${n} of ${burst}`).not.toBe(429);
		}
		const event = eventOf(what, fields?.());
		const { status, retryAfter } = await statusOf(handler, event);
		expect(status).toBe(429);
		expect(retryAfter).toBeGreaterThanOrEqual(1);
		expect(event.headers['retry-after']).toBe(String(retryAfter));
	});
});

describe('bucket of requests', () => {
	const ask = (id: string, headers: Record<string, string> = {}, isDataRequest = false) =>
		limitRequests(throttle)({
			event: {
				...eventOf(`GET ${id}`),
				request: new Request('http://127.0.0.1/rooms/kitchen?a="b', { headers }),
				url: new URL('http://127.0.0.1/rooms/kitchen?a="b'),
				route: { id },
				isDataRequest
			} as never,
			resolve: () => new Response('ok')
		});

	test('refuses each kind of request in its own format, and never the health check', async () => {
		for (let n = 0; n < 2_000; n++) expect((await ask('/')).status).toBe(200);
		const page = await ask('/', { accept: 'text/html' });
		expect(page.status).toBe(429);
		expect(Number(page.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
		const html = await page.text();
		expect(html).toContain('Too many requests from your network. Try again in a second.');
		expect(html).toContain('href="/rooms/kitchen?a=%22b"');
		for (const answer of [await ask('/since'), await ask('/', { accept: 'text/html' }, true)]) {
			expect(answer.status).toBe(429);
			expect(await answer.json()).toMatchObject({ retryAfter: 1 });
		}
		const action = await ask('/', { 'x-sveltekit-action': 'true' });
		const { data, ...rest } = (await action.json()) as { data: string };
		expect(rest).toEqual({ type: 'failure', status: 429 });
		expect(parse(data)).toMatchObject({
			retryAfter: 1,
			limited: expect.stringMatching(/^Too many requests/) as string
		});
		expect((await ask('/healthz')).status).toBe(200);
		address = '203.0.200.1';
		expect((await ask('/')).status).toBe(200);
	});
});
