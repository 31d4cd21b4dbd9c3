/**
 * What a hosted store is asked, by a node that is alone on it: each call is paid, and counts against the plan's limit. The
 * lists are complete, so a new call fails the test. What is left is needed:
 *
 * - a send: the standing and the room's state decide, so they are read anew; a number, its claim, and what was claimed first;
 *   the message; the room's state again, after the message is stored, because it names the epochs of the live event; the live event.
 *   Behind it: the preview, the sender's read mark for the list and for their other pages, and whether it was deleted meanwhile.
 * - a page: the two counters, the messages and their annotations are what is shown; the room's state is the right to see them.
 * - an open join: who may join; the name and its look-alikes, read before they are claimed, since a claim of a taken name would
 *   fill its log, and after; whether the form was posted before; the role, a way back in (none yet, and then the codes), the
 *   person, the listing of the session, and the session.
 * - a new room: the right, the place, the name, its look-alikes and the address, likewise; the record, what wakes lists, the visit.
 * - the list: what the node hears changes what it remembers, so it asks nothing until a notification could be lost too long.
 */
import { randomUUID } from 'node:crypto';
import { Calls } from '../../support/calls.ts';
import { scratch, startApp, startStore, type Running } from '../../support/process.ts';
import { Person, sendIds } from '../person.ts';
import { expect, test, UNLIMITED } from '../test.ts';

const KEY = 'a-key-of-a-store-that-counts';
/** Headers of a page's script. */
const SCRIPT = { accept: 'application/json', 'x-sveltekit-action': 'true' };

test.describe.configure({ mode: 'serial' });

for (const reading of ['members', 'everyone']) {
	test.describe(`calls of a hosted store, where ${reading} may read`, () => {
		let store: Running;
		let calls: Calls;
		let app: Running;
		let ada: Person;
		let room: string;
		const folder = scratch();

		const send = (person = ada, path = room) => person.post(`${path}?/send`, { ...sendIds(), message: 'Tea?' }, SCRIPT);
		/** What the answer to `ask` and what follows it cost. */
		async function asked(ask: () => Promise<Response>, status = 200): Promise<string[]> {
			expect((await ask()).status).toBe(status);
			return (await calls.taken()).sort();
		}

		test.beforeAll(async () => {
			store = await startStore({ DATA_DIR: `${folder.path}/hpkv`, HPKV_API_KEY: KEY });
			calls = await Calls.to(store.url);
			app = await startApp({
				...UNLIMITED,
				READING: reading,
				HPKV_BASE_URL: calls.url,
				HPKV_WS_URL: store.url,
				HPKV_API_KEY: KEY
			});
			await calls.taken();
		});

		test.afterAll(async () => {
			await app.stop();
			calls.close();
			await store.stop();
			folder.remove();
		});

		test('a join and a new room', async () => {
			ada = await Person.join(app.url, 'Ada', {}, '/signin');
			expect((await calls.taken()).length).toBeLessThanOrEqual(16);
			const made = await ada.post('/new/room?/create', { name: 'Kitchen', formId: randomUUID() });
			room = new URL(made.headers.get('location') ?? '', `${app.url}/new/room`).pathname;
			expect((await calls.taken()).length).toBeLessThanOrEqual(20);
		});

		const answer = ['get standing', 'get roomstate', 'increment messages', 'patch sent', 'get sent', 'set message'];
		const woken = [...answer, 'get roomstate', 'set live'];
		const behind = ['set last', 'set read', 'set readlive', 'get mark'];

		test('a send: eight until readers are woken, and four behind it', async () => {
			await asked(() => ada.get(room));
			await asked(() => send());
			expect([woken.length, behind.length]).toEqual([8, 4]);
			expect(await asked(() => send())).toEqual([...woken, ...behind].sort());
		});

		test('a repeated send reads its claim first, and is stored once', async () => {
			const fields = { ...sendIds(), message: 'Once.' };
			const post = () => ada.post(`${room}?/send`, fields, SCRIPT);
			await asked(post);
			const repeated = await asked(post);
			expect(repeated).not.toContain('increment messages');
			expect(repeated).not.toContain('set message');
		});

		test('a page of a room with its list: five; the list of rooms: none', async () => {
			await asked(() => ada.get(room));
			const page = ['get messages', 'get changes', 'get roomstate', 'range message', 'range mark'];
			expect(await asked(() => ada.get(room))).toEqual(page.sort());
			expect(await asked(() => ada.get('/'))).toEqual([]);
		});

		test('a page after a message of the same person costs no list', async () => {
			await asked(() => send());
			expect(await asked(() => ada.get(room))).toHaveLength(5);
		});

		test('an open page that asks again, for news and for its list, costs nothing', async () => {
			const first = (await (await ada.get(`${room}/since?message=1&change=0`)).json()) as {
				cursor: { message: number };
			};
			const since = () => ada.get(`${room}/since?message=${first.cursor.message}&change=0`);
			const list = () => ada.get('/rooms.json?list&open=kitchen');
			await asked(since);
			await asked(list);
			expect(await asked(since)).toEqual([]);
			expect(await asked(list)).toEqual([]);
		});

		test('a private room adds a call to a send, and two to a page', async () => {
			const made = await ada.post('/new/room?/create', { name: 'Secret', private: 'on', formId: randomUUID() });
			expect(made.headers.get('location')).toContain('~');
			const path = new URL(made.headers.get('location') ?? '', `${app.url}/new/room`).pathname;
			await asked(() => send(ada, path));
			expect(await asked(() => send(ada, path))).toEqual([...woken, ...behind, 'get memberof'].sort());
			await asked(() => ada.get(path));
			expect((await asked(() => ada.get(path))).length).toBeLessThanOrEqual(7);
		});
	});
}
