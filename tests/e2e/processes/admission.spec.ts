/**
 * Every route × every kind of visitor, at a place that is for its members. The routes are read from src/routes, so that a new
 * one fails here until it has a row in lib/server/admission/route-rules.ts.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '../../../src/hpkv/embedded/open.server.ts';
import type { Hpkv } from '../../../src/hpkv/port.ts';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import type { Role } from '../../../src/lib/chat/people/role.ts';
import { ruledRoutes } from '../../../src/lib/server/admission/route-rules.ts';
import { addOwner } from '../../../src/lib/server/people/owners.ts';
import { join } from '../../../src/lib/server/people/people.ts';
import { openSession } from '../../../src/lib/server/people/sessions.ts';
import { changeStanding, readStanding } from '../../../src/lib/server/people/standing.ts';
import { addMember } from '../../../src/lib/server/rooms/memberships.ts';
import { createRoom } from '../../../src/lib/server/rooms/rooms.ts';
import { readInstance } from '../../../src/lib/server/storage/instance.ts';
import { randomId } from '../../../src/lib/server/storage/ids.ts';
import { said } from '../../fixtures/kitchen.ts';
import { deploy, UNLIMITED, type Deployment } from '../../support/process.ts';
import { talk, type Talker } from '../../contract/talker.ts';
import { postForm, sendIds } from '../person.ts';
import { expect, test } from '../test.ts';

/** In every name and text of the place: nobody may get a byte of it who may not read. */
const CANARY = 'kestrel';
/** In what the guest may read. */
const CORNER = 'sparrow';

const VISITORS = ['nobody', 'blocked', 'deactivated', 'ended', 'guest', 'member', 'operator', 'owner'] as const;
type VisitorName = (typeof VISITORS)[number];
/** Who may not read anything. */
const OUTSIDE: readonly VisitorName[] = ['nobody', 'blocked', 'deactivated', 'ended'];

const routes = readdirSync(fileURLToPath(new URL('../../../src/routes', import.meta.url)), { recursive: true })
	.map(String)
	.filter((file) => /(^|[/])\+(page|server)\b.*\.(ts|svelte)$/.test(file))
	.map((file) => `/${file.split('/').slice(0, -1).join('/')}`);
const ROUTES = [...new Set(routes)].sort();

let place: Deployment;
const cookies = new Map<VisitorName, string>();
const people = new Map<VisitorName, string>();

async function furnish(dataDir: string, note = { cookies, people }): Promise<void> {
	const embedded = await openEmbedded({
		dataDir,
		prefix: '/hpkv',
		allowedOrigin: () => false,
		serveApiKeys: false
	});
	await fill(embedded.client, note);
	await embedded.close();
}

async function fill(
	store: Hpkv,
	{ cookies, people }: { cookies: Map<VisitorName, string>; people: Map<VisitorName, string> }
): Promise<void> {
	await store.set(
		keys.settings,
		JSON.stringify({ name: 'The aviary', joining: 'invite', reading: 'members', chosen: true })
	);
	const instance = await readInstance(store);
	const now = Date.now();
	for (const name of VISITORS.slice(1)) {
		const role: Role = name === 'guest' ? 'guest' : 'member';
		const id = randomId();
		const joined = await join(store, { id, typed: `Kestrel ${name}`, role, placeName: 'The aviary' }, now);
		if (!joined.ok) throw new Error(joined.because);
		people.set(name, id);
		if (name === 'owner') await addOwner(store, id, id);
		if (name === 'operator') await changeStanding(store, id, 'role', 'operator');
		const { generation } = await readStanding(store, id);
		const session = await openSession(
			store,
			joined.person,
			{ generation, device: { browser: 'Test', address: '' } },
			now
		);
		cookies.set(name, `session-${instance}=${session}`);
		if (name === 'blocked' || name === 'deactivated') await changeStanding(store, id, name, true);
		if (name === 'ended') await changeStanding(store, id, 'generation', 'another');
	}
	for (const [name, word] of [
		['Kestrel cage', CANARY],
		['Sparrow corner', CORNER]
	] as const) {
		const person = people.get('member') ?? '';
		const made = await createRoom(store, { typed: name, person, formId: randomId() }, now);
		if (!made.ok) throw new Error(made.because);
		await store.patch(keys.roomState(made.room.id), JSON.stringify({ topic: `The ${word} sings` }));
		const message = { ...said(made.room.id, 1), person, sender: `Some ${word}`, message: `A ${word} is yellow` };
		await store.set(keys.message(made.room.id, 1), JSON.stringify(message));
		await store.increment(keys.messageCount(made.room.id));
		if (word === CORNER) {
			await addMember(store, { person: people.get('guest') ?? '', room: made.room.id, by: person, id: 'adding' }, now);
		}
	}
}

test.beforeAll(async () => {
	place = await deploy('embedded', { ...UNLIMITED, JOINING: '', READING: '' }, (dataDir) => furnish(dataDir));
});
test.afterAll(() => place.remove());

/** A path of the route, about the room that only members may see. */
const pathOf = (route: string) =>
	route
		.replace('[slug]', 'kestrel-cage')
		.replace('[n]', '1')
		.replace('[section]', 'people')
		.replace(/\/people\/\[id\]/, `/people/${people.get('member')}`)
		.replace('[id]', people.get('member') ?? '')
		.replace(/\[[a-z]+\]/, 'unknown-0000000000000000');

const headersOf = (name: VisitorName, more: Record<string, string> = {}) => ({
	...(cookies.has(name) && { cookie: cookies.get(name) }),
	...more
});

interface Asked {
	what: string;
	ask: (name: VisitorName) => Promise<Response>;
}

/** All ways to ask for a route. */
function askings(route: string, base = place.url): Asked[] {
	const path = pathOf(route);
	const url = base + path;
	const data = `${url === `${base}/` ? base : url}/__data.json`;
	const query = '?message=0&change=0&holes=&before=2&q=newt&n=1';
	const get = (address: string, accept: string) => (name: VisitorName) =>
		fetch(address, { headers: headersOf(name, { accept }), redirect: 'manual' });
	const fields = {
		...sendIds(),
		formId: randomId(),
		n: '1',
		message: 'Soup',
		name: 'Newt',
		act: 'here',
		tab: randomId(),
		to: 'Kes'
	};
	const post = (action: string, headers: Record<string, string>) => (name: VisitorName) =>
		postForm(`${url}?/${action}`, fields, headersOf(name, headers));
	const actions = [
		'send',
		'edit',
		'delete',
		'react',
		'unread',
		'join',
		'create',
		'rename',
		'report',
		'default',
		'person',
		'start',
		'block',
		...['level', 'mute', 'hide', 'quiet'],
		...['add', 'remove', 'private', 'open', 'archive', 'enter'],
		// On /you it would sign the visitor out for all that follows.
		...(route === '/you' ? [] : ['leave'])
	];
	return [
		{ what: `GET ${path}`, ask: get(url + query, 'text/html') },
		{ what: `GET ${path} as data`, ask: get(data + query, '*/*') },
		{ what: `GET ${path} as JSON`, ask: get(url + query, 'application/json') },
		{ what: `POST ${path}`, ask: (name) => postForm(url, fields, headersOf(name)) },
		...actions.flatMap((action) => [
			{ what: `POST ${path}?/${action}`, ask: post(action, {}) },
			{
				what: `POST ${path}?/${action} by script`,
				ask: post(action, { accept: 'application/json', 'x-sveltekit-action': 'true' })
			}
		])
	];
}

test('every route has a rule, and every rule a route', () => {
	expect(ROUTES).toEqual([...ruledRoutes].sort());
});

for (const name of [...OUTSIDE, 'guest'] as const) {
	test(`${name} gets no byte of what only members may read, from any route`, async () => {
		for (const route of ROUTES) {
			for (const { what, ask } of askings(route)) {
				const answer = await ask(name);
				const told = `${JSON.stringify([...answer.headers])} ${await answer.text()}`.toLowerCase();
				// The visitor has typed the address, and a guest sees their own name.
				const leaked = told.replaceAll('kestrel-cage', '').replaceAll(`kestrel ${name}`, '');
				expect(leaked.includes(CANARY), `${name}: ${what} (${answer.status})\n${leaked.slice(0, 3_000)}`).toBe(false);
				if (name !== 'guest') expect(leaked.includes(CORNER), `${name}: ${what}`).toBe(false);
				expect(answer.status, what).toBeLessThan(500);
			}
		}
	});
}

test('members, operators and owners read, and a guest reads the room that they were let into', async () => {
	for (const name of ['member', 'operator', 'owner'] as const) {
		for (const path of [
			'/',
			'/rooms/kestrel-cage',
			'/rooms/kestrel-cage/since?message=0&change=0&holes=',
			'/rooms.json'
		]) {
			const answer = await fetch(place.url + path, { headers: headersOf(name) });
			expect((await answer.text()).toLowerCase(), `${name}: ${path}`).toContain(CANARY);
		}
	}
	for (const path of [
		'/',
		'/rooms/sparrow-corner',
		'/rooms/sparrow-corner/since?message=0&change=0&holes=',
		'/rooms.json'
	]) {
		const answer = await fetch(place.url + path, { headers: headersOf('guest') });
		expect((await answer.text()).toLowerCase(), `guest: ${path}`).toContain(CORNER);
	}
});

/** What everybody may ask for where everybody may read: nothing of people but what they wrote. */
const PUBLIC = [
	...['/', '/rooms.json', '/rooms/[slug]', '/rooms/[slug]/[n]', '/rooms/[slug]/messages', '/rooms/[slug]/since'],
	// Files of what everybody reads, and the pages of refused forms.
	'/rooms/[slug]/settings',
	'/rooms/[slug]/members',
	'/rooms/[slug]/files'
];

test('where everybody may read, nobody gets rooms and messages, and no byte of people, invitations and operators', async () => {
	const open = await deploy('embedded', { ...UNLIMITED, JOINING: 'invite', READING: 'everyone' }, (dataDir) =>
		furnish(dataDir, { cookies: new Map(), people: new Map() })
	);
	try {
		const heard = new Set<string>();
		for (const route of ROUTES) {
			for (const { what, ask } of askings(route, open.url)) {
				const answer = await ask('nobody');
				// The sidebar of every page names the rooms that everybody may read.
				const told = (await answer.text()).toLowerCase().replaceAll(/kestrel[- ]cage/g, '');
				expect(answer.status, what).toBeLessThan(500);
				if (told.includes(CANARY)) heard.add(route);
				if (!what.startsWith('GET'))
					expect([200, 303].includes(answer.status) && told.includes('"sent"'), what).toBe(false);
			}
		}
		expect([...heard].filter((route) => !PUBLIC.includes(route))).toEqual([]);
		expect([...heard]).toEqual(expect.arrayContaining(['/', '/rooms/[slug]', '/rooms/[slug]/since']));
	} finally {
		await open.remove();
	}
});

test('a page that one has to sign in for leads to the sign-in page, and back afterwards', async () => {
	const answer = await fetch(`${place.url}/rooms/kestrel-cage?before=2`, {
		headers: { accept: 'text/html' },
		redirect: 'manual'
	});
	expect(answer.status).toBe(303);
	expect(answer.headers.get('location')).toBe(`/signin?next=${encodeURIComponent('/rooms/kestrel-cage?before=2')}`);
});

test('what a visitor has typed whose session ended comes back, to be copied', async () => {
	const message = 'Soup & <b>bread</b> at seven';
	const answer = await postForm(`${place.url}/rooms/kestrel-cage?/send`, { message, ...sendIds() }, headersOf('ended'));
	expect(answer.status).toBe(401);
	expect(await answer.text()).toContain('Soup &#38; &#60;b&#62;bread&#60;/b&#62; at seven');
	const scripted = await postForm(
		`${place.url}/rooms/kestrel-cage?/send`,
		{ message, ...sendIds() },
		headersOf('ended', { 'x-sveltekit-action': 'true', accept: 'application/json' })
	);
	expect(await scripted.json()).toMatchObject({ type: 'failure', status: 401 });
});

/** A socket with the token that a room's page gets. */
async function listen(name: VisitorName, room: string): Promise<Talker> {
	const answer = await fetch(`${place.url}/watch?room=${room}`, { headers: headersOf(name) });
	const { url, token } = (await answer.json()) as { url: string; token: string };
	return talk(`${new URL(url, place.url.replace('http', 'ws')).href}?token=${encodeURIComponent(token)}`);
}
const say = (name: VisitorName, room: string) =>
	postForm(`${place.url}/rooms/${room}?/send`, { message: 'Pip', ...sendIds() }, headersOf(name));

test('subscribe tokens: none outside, and a guest hears their own room alone', async () => {
	for (const name of OUTSIDE) {
		for (const query of ['', '?room=kestrel-cage']) {
			const answer = await fetch(`${place.url}/watch${query}`, { headers: headersOf(name) });
			expect(answer.status, name).toBe(401);
		}
	}
	const [guest, member] = [await listen('guest', 'kestrel-cage'), await listen('member', 'kestrel-cage')];
	await say('operator', 'kestrel-cage');
	await member.until(({ value }) => String(value).includes('Pip'));
	await say('operator', 'sparrow-corner');
	await guest.until(({ value }) => String(value).includes('Pip'));
	expect(guest.notifications().filter(({ value }) => String(value).includes('Pip'))).toHaveLength(1);
	guest.close();
	member.close();
});

test('a socket closes within a second when its session ends, and gets nothing afterwards', async () => {
	const member = await listen('operator', 'kestrel-cage');
	await say('owner', 'kestrel-cage');
	await member.until(({ value }) => String(value).includes('Pip'));
	const before = performance.now();
	await postForm(`${place.url}/you?/leave`, {}, headersOf('operator'));
	const frames = member.frames.length;
	await say('owner', 'kestrel-cage');
	expect(await member.closed).toBe(1008);
	expect(performance.now() - before).toBeLessThan(1_000);
	expect(member.frames).toHaveLength(frames);
});

/** Last: the member is blocked afterwards. */
test('a blocked person’s socket closes within a second, gets nothing afterwards, and no new one opens', async () => {
	const member = await listen('member', 'kestrel-cage');
	await say('owner', 'kestrel-cage');
	await member.until(({ value }) => String(value).includes('Pip'));
	const before = performance.now();
	const block = `${place.url}/operator/people/${people.get('member')}/block`;
	expect((await postForm(block, {}, headersOf('owner'))).status).toBe(303);
	const frames = member.frames.length;
	await say('owner', 'kestrel-cage');
	expect(await member.closed).toBe(1008);
	expect(performance.now() - before).toBeLessThan(1_000);
	expect(member.frames).toHaveLength(frames);
	const answer = await fetch(`${place.url}/watch?room=kestrel-cage`, { headers: headersOf('member') });
	expect(answer.status).toBe(401);
});
