/**
 * What a hosted store is asked, by a node that is alone on it: each call is paid, and counts against the plan's limit. The
 * lists are complete, so a new call fails the test. What is left is needed:
 *
 * - a send: the standing and the room's state decide, so they are read anew; a number, its claim, and what was claimed first;
 *   the message; the room's state again, after the message is stored, because it names the epochs of the live event; the live event.
 *   Behind it: the preview, the sender's read mark for the list and for their other pages, and whether it was deleted meanwhile.
 * - a page: the two counters, the messages and their annotations are what is shown; the room's state is the right to see them.
 * - an open join: the log of the name and its look-alikes, claimed and then read; a way back in, the person, and the session.
 *   Behind it: the listing of the session. That the form was not posted before shows in the log of the name.
 * - a join by invitation: as above; before it, whether the name is free, since a taken name must spend no use, and the use,
 *   claimed and read. For a guest, the role, which must be stored before the person.
 * - a new room: the right; the look-alikes, the name and the address, each claimed and read; the record. Behind it: what wakes
 *   lists, and the visit: the mark is read, set, and told to other pages.
 * - the list: what the node hears changes what it remembers, so it asks nothing until a notification could be lost too long.
 */
import { randomUUID } from 'node:crypto';
import { Calls } from '../../support/calls.ts';
import { scratch, startApp, startStore, type Running } from '../../support/process.ts';
import { Person, postForm, sendIds } from '../person.ts';
import { expect, signIn, test, UNLIMITED } from '../test.ts';

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
			// Once for the store and the process: the settings, and whether names are older than their logs.
			expect((await calls.taken()).length).toBeLessThanOrEqual(6 + 2);
			const made = await ada.post('/new/room?/create', { name: 'Kitchen', formId: randomUUID() });
			room = new URL(made.headers.get('location') ?? '', `${app.url}/new/room`).pathname;
			expect((await calls.taken()).length).toBeLessThanOrEqual(12 + 1);
		});

		const named = ['patch nameclaims', 'get nameclaims'];
		const joined = [...named, 'set credential', 'set person', 'set session'];

		const join = (path: string, name: string) => () =>
			postForm(app.url + path, { name, formId: randomUUID() }, { accept: 'text/html' });

		test('an open join: five, and one behind it', async () => {
			expect(joined).toHaveLength(5);
			expect(await asked(join('/signin?/join', 'Linda'), 303)).toEqual([...joined, 'patch sessions'].sort());
		});

		/** A page with a new invitation, opened once at this node. */
		async function invite(formId: string, more: Record<string, string> = {}): Promise<string> {
			const fields = { formId, lifetime: 'day', uses: '5', ...more };
			await asked(() => ada.post('/people/invitations?/invite', fields), 303);
			const list = await (await ada.get('/people/invitations')).text();
			const [link = ''] = /\/join\/[a-z2-7]{26}/.exec(list) ?? [];
			await asked(() => fetch(app.url + link));
			return `${link}?/join`;
		}
		const use = ['get nameclaims', 'patch inviteuse', 'get inviteuse'];

		test('a join by invitation: eight, and one behind it', async () => {
			const path = await invite('a'.repeat(26));
			expect([...use, ...joined]).toHaveLength(8);
			expect(await asked(join(path, 'Mia'), 303)).toEqual([...use, ...joined, 'patch sessions'].sort());
		});

		test('a new room: eight, and four behind it', async () => {
			const claims = ['roomlook', 'roomname', 'slug'].flatMap((log) => [`patch ${log}`, `get ${log}`]);
			const made = ['get standing', ...claims, 'set room'];
			const create = () => ada.post('/new/room?/create', { name: 'Pantry', formId: randomUUID() });
			expect(made).toHaveLength(8);
			expect(await asked(create, 303)).toEqual([...made, 'set live', 'get read', 'set read', 'set readlive'].sort());
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

		test('joins at a node that has just started: one call more, and four by invitation', async () => {
			const path = await invite('c'.repeat(26));
			const counted = async (name: string, of: string) => {
				const own = await Calls.to(store.url);
				const fresh = await startApp({
					...UNLIMITED,
					READING: reading,
					HPKV_BASE_URL: own.url,
					HPKV_WS_URL: store.url,
					HPKV_API_KEY: KEY
				});
				await own.taken(1_000);
				const post = () => postForm(fresh.url + of, { name, formId: randomUUID() }, { accept: 'text/html' });
				expect((await post()).status).toBe(303);
				const taken = await own.taken();
				await fresh.stop();
				own.close();
				return taken.sort();
			};
			const openly = [...joined, 'patch sessions', 'get settings'];
			expect(await counted('Olga', '/signin?/join')).toEqual(openly.sort());
			const invited = [...use, ...openly, 'get invite', 'get person', 'get standing'];
			expect(await counted('Iris', path)).toEqual(invited.sort());
		});

		test('two minutes of two open pages that nobody touches: two calls a minute for each, and eleven for their node', async ({
			browser
		}) => {
			test.skip(
				reading !== 'members' || !process.env.IDLE,
				'Takes three minutes: IDLE=1 npm run test:browser -- hosted-calls'
			);
			test.setTimeout(260_000);
			const pages = { Grace: room, Hedda: '/rooms/pantry' };
			for (const [name, path] of Object.entries(pages)) {
				const page = await (await browser.newContext()).newPage();
				await signIn(page, await Person.join(app.url, name, {}, '/signin'));
				await page.goto(app.url + path);
			}
			// What was read for the pages is remembered for a minute.
			await new Promise((later) => setTimeout(later, 65_000));
			await calls.taken();
			await new Promise((later) => setTimeout(later, 120_000));
			const taken = await calls.taken(0);
			for (const context of browser.contexts()) await context.close();
			console.log(`two minutes of two idle pages: ${taken.length} calls`, taken.sort());
			// Of each page, the person's standing and private rooms; of the node, its list of rooms, the settings, states and counters of open rooms, and looks for tasks.
			const ofPages = taken.filter((call) => ['get standing', 'get roomstate', 'range memberof'].includes(call));
			expect(ofPages.length).toBeLessThanOrEqual(2 * 2 * 2);
			expect(taken.length).toBeLessThanOrEqual(2 * (11 + 2 * 2));
		});

		test('a guest of one room: twelve, and ten for the line in the room', async () => {
			const [, id = ''] = /name="room" value="([^"]+)"/.exec(await (await ada.get('/people/invitations')).text()) ?? [];
			const path = await invite('b'.repeat(26), { guest: 'on', room: id });
			const entered = ['patch standing', 'get roomstate', 'patch member', 'patch memberof'];
			const line = [
				'get room',
				'get messages',
				'get roomstate',
				'increment changes',
				'range message',
				'range mark',
				'range mark'
			];
			const told = [...line, 'set mark', 'set change', 'set live'];
			const all = [...use, ...joined, ...entered, ...told, 'patch sessions'];
			expect(await asked(join(path, 'Gustav'), 303)).toEqual(all.sort());
		});
	});
}
