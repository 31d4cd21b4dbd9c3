/** Live updates of a page with a script, on both kinds of store. */
import type { Page, Route } from 'playwright/test';
import type { RoomsThen } from '../../../src/lib/live/rooms/RoomListSync.svelte.ts';
import { everyMessage, Person, sendIds } from '../person.ts';
import {
	composer,
	connection,
	createRoom,
	expect,
	fresh,
	join,
	line,
	lines,
	log,
	message,
	messages,
	open,
	openAs,
	permalink,
	refusal,
	room,
	rooms,
	say,
	send,
	signIn,
	test,
	sortByActivity
} from '../test.ts';
import { remove } from '../actions.ts';

/** In milliseconds: the promised delay between a send and its display to others. */
const PROMISED = 1_000;
/** Shorter than the periodic catch-up, so a live event must arrive; longer than promised, for a busy machine. */
const SOON = { timeout: 5 * PROMISED };
/** The wait doubles with each try: a server that was away for two seconds is asked again within four. */
const BACK = { timeout: 20_000 };

const toSend = (url: URL) => url.search === '?/send';
const toWatch = (url: URL) => url.pathname === '/watch';
const toScripts = '**/_app/immutable/**/*.js';

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

const texts = (wanted: string[]) => wanted.map((text) => new RegExp(text));

/** Holds requests back. Returns a function that releases them. */
async function hold(page: Page, url: string | ((url: URL) => boolean)): Promise<() => void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	await page.route(url, async (route) => {
		await promise;
		await route.continue();
	});
	return resolve;
}

async function loseTheAnswer(route: Route): Promise<void> {
	await route.fetch();
	await route.abort('connectionreset');
}

test.describe('two people in a room', () => {
	test('messages of each appear to the other within a second, in order, without a reload', async ({
		page,
		stranger,
		someone
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		const other = await stranger();
		await enter(page, ada, kitchen);
		await enter(other, grace, kitchen);
		let loads = 0;
		for (const each of [page, other]) each.on('load', () => loads++);

		const took: number[] = [];
		const pass = async (from: Page, to: Page, text: string) => {
			await send(from, text);
			const sent = performance.now();
			await message(to, text).waitFor(SOON);
			took.push(performance.now() - sent);
		};
		for (let n = 1; n <= 6; n += 2) {
			await pass(page, other, line(n));
			await pass(other, page, line(n + 1));
		}
		// Most of them: a busy machine may delay some.
		expect(took.filter((ms) => ms <= PROMISED).length, `${took.join(', ')} ms`).toBeGreaterThan(3);
		for (const each of [page, other]) await expect(messages(each)).toHaveText(texts(lines(1, 6)));
		expect(loads).toBe(0);
	});

	test('simultaneous messages appear to both in the same order, each once', async ({ page, stranger, someone }) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		const other = await stranger();
		await enter(page, ada, kitchen);
		await enter(other, grace, kitchen);

		const talk = async (at: Page, from: number) => {
			for (const text of lines(from, from + 9)) await send(at, text);
		};
		await Promise.all([talk(page, 1), talk(other, 101)]);
		await expect.poll(() => everyMessage(ada.app, kitchen)).toHaveLength(20);
		const said = (await everyMessage(ada.app, kitchen)).map((each) => each.message);
		expect(said.filter((text) => text < line(100))).toEqual(lines(1, 10));
		expect(said.filter((text) => text > line(100))).toEqual(lines(101, 110));
		for (const each of [page, other]) await expect(messages(each)).toHaveText(texts(said));
	});
});

test.describe('my own message', () => {
	test('my message appears at once as sending, and keeps its place when it is acknowledged', async ({
		page,
		someone
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await grace.say(kitchen, 'Who is there?');
		await enter(page, ada, kitchen);

		const letGo = await hold(page, toSend);
		await send(page, 'I am.');
		await send(page, 'And I stay.');
		await expect(composer(page)).toHaveValue('');
		await expect(composer(page)).toBeFocused();
		const [first, second] = [message(page, 'I am.'), message(page, 'And I stay.')];
		const before = [];
		for (const sent of [first, second]) {
			await expect(sent).toContainText('sending');
			before.push({ box: await sent.boundingBox(), element: await sent.elementHandle() });
		}

		letGo();
		for (const [i, sent] of [first, second].entries()) {
			await expect(permalink(sent)).toBeVisible();
			await expect(sent).not.toContainText('sending');
			expect(await sent.boundingBox()).toEqual(before[i]?.box);
			expect(await before[i]?.element?.evaluate((article) => article.isConnected)).toBe(true);
		}
		await expect(messages(page)).toHaveCount(3);
	});

	test('Enter sends a message, and Shift+Enter breaks the line', async ({ page, someone }) => {
		const ada = await someone('Ada');
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		await composer(page).pressSequentially('one');
		await composer(page).press('Shift+Enter');
		await composer(page).pressSequentially('two');
		await composer(page).press('Enter');
		await expect(message(page, /one\s*two/).locator('br')).toHaveCount(1);
		await expect(composer(page)).toHaveValue('');
	});

	test('a send without an answer is one message when it is tried again', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		// A live page would receive the message as a live event.
		await page.route(toWatch, (route) => route.abort());
		await openAs(page, ada, kitchen, true);
		await page.route(toSend, loseTheAnswer);
		await send(page, 'Did you get that?');
		await expect(message(page, 'Did you get that?')).toContainText('Waiting for connection.');
		await page.unroute(toSend);
		// Press Retry at once: the page also retries within a second, and may be quicker.
		await page
			.getByRole('button', { name: 'Retry' })
			.evaluateAll(([retry]) => (retry as HTMLElement | undefined)?.click());
		await expect(permalink(message(page, 'Did you get that?'))).toBeVisible();
		await expect(messages(page)).toHaveCount(1);
		expect(await everyMessage(ada.app, kitchen)).toHaveLength(1);
	});

	test('a send without an answer is acknowledged by its live event', async ({ page, someone }) => {
		const ada = await someone('Ada');
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		await page.route(toSend, loseTheAnswer);
		await send(page, 'Did you get that?');
		await expect(permalink(message(page, 'Did you get that?'))).toBeVisible();
		// The live event may arrive before the answer is lost.
		await page.unrouteAll({ behavior: 'wait' });
		await expect(message(page, 'Waiting for')).toHaveCount(0);
		await expect(messages(page)).toHaveCount(1);
	});

	test('a send under the id of another text is refused and kept, and sent under a new id', async ({
		page,
		someone
	}) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		const used = sendIds();
		await ada.send(kitchen, 'The first text.', used);
		await enter(page, ada, kitchen);
		await page.route(
			toSend,
			async (route) => {
				const form = new URLSearchParams(route.request().postData() ?? '');
				form.set('sendId', used.sendId);
				await route.continue({ postData: form.toString() });
			},
			{ times: 1 }
		);
		await send(page, 'Another text.');
		await expect(message(page, 'Another text.')).toContainText('Something went out of step.');
		await page.getByRole('button', { name: 'Retry' }).click();
		await expect(permalink(message(page, 'Another text.'))).toBeVisible();
		await expect(messages(page)).toHaveText([/The first text\./, /Another text\./]);
	});

	test('a send arrives when its author leaves the page at once', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await enter(page, ada, kitchen);
		await send(page, 'Bye!');
		await page.goto('about:blank');
		await expect.poll(() => everyMessage(ada.app, kitchen)).toMatchObject([{ message: 'Bye!' }]);
	});
});

test.describe('the room list', () => {
	test('by activity, a room moves up in the list at a new message, and shows the preview', async ({
		page,
		someone
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const [attic, kitchen] = [fresh('Attic'), fresh('Kitchen')];
		const atticPath = await ada.createRoom(attic);
		await ada.createRoom(kitchen);
		await sortByActivity(page, grace.app);
		await enter(page, grace, '/');
		const both = rooms(page)
			.getByRole('listitem')
			.filter({ hasText: new RegExp(`${attic}|${kitchen}`) });
		await expect(both).toHaveText([new RegExp(kitchen), new RegExp(attic)]);

		await ada.say(atticPath, 'Anybody up here?');
		await expect(rooms(page).getByRole('listitem').first()).toContainText(attic, SOON);
		await expect(room(page, attic)).toContainText('Anybody up here?');
	});

	test('a new room appears in the list, and its messages arrive live', async ({ page, someone }) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		await enter(page, grace, '/');
		const cellar = fresh('Cellar');
		const path = await ada.createRoom(cellar);
		await expect(room(page, cellar)).toContainText('No messages yet', SOON);
		await expect(connection(page)).toHaveText('Live');
		await ada.say(path, 'It is dark down here.');
		await expect(room(page, cellar)).toContainText('It is dark down here.', SOON);
	});
});

test('a page that stays open past midnight shows yesterday’s times as Yesterday', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const name = fresh('Kitchen');
	const kitchen = await ada.createRoom(name);
	await ada.say(kitchen, 'Good night.');
	// The server's list says that a day has passed.
	await page.route(/rooms[.]json/, async (route) => {
		const list = (await (await route.fetch()).json()) as RoomsThen;
		await route.fulfill({ json: { ...list, now: Date.now() + 86_400_000 } });
	});
	await enter(page, ada, kitchen);
	await expect(log(page).getByRole('separator')).toHaveAccessibleName('Yesterday');
	await page.goto('/');
	await expect(room(page, name).locator('time')).toHaveText('Yesterday');
});

test.describe('a lost connection', () => {
	test('a connection lost with the server comes back by itself, and missed messages appear once, in order', async ({
		page,
		own
	}) => {
		const app = await own();
		const [ada, grace] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Grace')];
		const kitchen = await grace.createRoom('Kitchen');
		await enter(page, ada, kitchen);
		await grace.say(kitchen, line(1));
		await expect(message(page, line(1))).toBeVisible(SOON);
		await composer(page).fill('I was about to say');

		// The page reconnects only after it has missed a message.
		await page.route(toWatch, (route) => route.abort());
		await app.crash();
		await expect(connection(page)).toHaveText('Reconnecting…');
		await app.restart();
		await grace.say(kitchen, ...lines(2, 6));
		await expect(connection(page)).toHaveText('Reconnecting…');
		await page.unroute(toWatch);

		await expect(connection(page)).toHaveText('Live', BACK);
		await expect(messages(page)).toHaveText(texts(lines(1, 6)));
		await grace.say(kitchen, line(7));
		await expect(message(page, line(7))).toBeVisible(SOON);
		await expect(messages(page)).toHaveText(texts(lines(1, 7)));
		await expect(composer(page)).toHaveValue('I was about to say');
	});

	test('a connection lost with the network is shown as lost, and missed messages appear once, in order', async ({
		page,
		someone
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await grace.createRoom(fresh('Kitchen'));
		await enter(page, ada, kitchen);
		await grace.say(kitchen, line(1));
		await expect(message(page, line(1))).toBeVisible(SOON);
		await composer(page).fill('I was about to say');

		await page.context().setOffline(true);
		await expect(connection(page)).toHaveText('Offline');
		await grace.say(kitchen, ...lines(2, 6));
		await page.context().setOffline(false);

		await expect(connection(page)).toHaveText('Live', BACK);
		await expect(messages(page)).toHaveText(texts(lines(1, 6)));
		await expect(composer(page)).toHaveValue('I was about to say');
	});

	test('messages sent without a connection are shown as waiting, and sent once when it is back', async ({
		page,
		someone
	}) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await enter(page, ada, kitchen);
		await page.context().setOffline(true);
		await send(page, 'Into the void.');
		await expect(message(page, 'Into the void.')).toContainText('Waiting for connection.');
		await page.context().setOffline(false);
		await expect(connection(page)).toHaveText('Live', BACK);
		await expect(permalink(message(page, 'Into the void.'))).toBeVisible();
		await expect(message(page, 'Waiting for')).toHaveCount(0);
		expect(await everyMessage(ada.app, kitchen)).toHaveLength(1);
	});
});

test('text typed before hydration is kept', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await signIn(page, ada);
	const letGo = await hold(page, toScripts);
	await page.goto(kitchen, { waitUntil: 'commit' });
	await composer(page).pressSequentially('Typed before ');
	await expect(connection(page)).toHaveCount(0);
	letGo();
	await expect(connection(page)).toHaveText('Live');
	await expect(composer(page)).toHaveValue('Typed before ');
	await expect(composer(page)).toBeFocused();
	await page.keyboard.type('and after.');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(permalink(message(page, 'Typed before and after.'))).toBeVisible();
});

test('a visitor without a name reads without live events, and receives them after joining', async ({
	page,
	someone
}) => {
	const grace = await someone('Grace');
	const kitchen = await grace.createRoom(fresh('Kitchen'));
	await grace.say(kitchen, line(1));
	let sockets = 0;
	page.on('websocket', () => sockets++);
	await open(page, kitchen, true);
	await expect(message(page, line(1))).toBeVisible();
	await expect(connection(page)).toHaveText('Not live');
	await grace.say(kitchen, line(2));
	expect(sockets).toBe(0);

	await join(page, fresh('Ada'));
	await expect(connection(page)).toHaveText('Live');
	await grace.say(kitchen, line(3));
	await expect(message(page, line(3))).toBeVisible(SOON);
	await expect(messages(page)).toHaveText(texts(lines(1, 3)));
});

test('the subscribe token of a page can neither read nor write, not even the keys that it receives', async ({
	page,
	someone,
	app
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Nobody may change this.');
	const [said] = await everyMessage(ada.app, kitchen);
	await enter(page, ada, kitchen);

	const heard = `live:${said?.room}`;
	const codes = await page.evaluate(
		async ({ slug, key }) => {
			const answer = await fetch(`/watch?room=${slug}`);
			const ticket = (await answer.json()) as { url: string; token: string };
			const address = new URL(ticket.url, location.href);
			address.protocol = address.protocol.replace('http', 'ws');
			const socket = new WebSocket(`${address.href}?token=${encodeURIComponent(ticket.token)}`);
			const found: Record<number, unknown> = {};
			const extra = { 2: { value: 'x' }, 3: { value: 'x' }, 5: { endKey: `${key}~` }, 6: { value: 1 } };
			return new Promise((resolve, reject) => {
				socket.onerror = () => reject(new Error('The socket was refused'));
				socket.onopen = () => {
					for (let op = 1; op <= 6; op++) {
						socket.send(JSON.stringify({ op, key, messageId: op, ...extra[op as keyof typeof extra] }));
					}
				};
				socket.onmessage = ({ data }: MessageEvent<string>) => {
					const { messageId, code } = JSON.parse(data) as { messageId?: number; code?: number };
					if (messageId === undefined) return;
					found[messageId] = code;
					if (Object.keys(found).length === 6) resolve(found);
				};
			});
		},
		{ slug: kitchen.split('/').at(-1) ?? '', key: heard }
	);
	expect(codes).toEqual({ 1: 403, 2: 403, 3: 403, 4: 403, 5: 403, 6: 403 });

	// The store's REST API refuses a page too: a session or a token is no API key.
	const written = await page.request.post(app.records, { data: { key: heard, value: 'x' } });
	expect(written.status()).toBe(401);
	const read = await page.request.get(`${app.records}/${heard}`);
	expect(read.status()).toBe(401);
	expect(await everyMessage(ada.app, kitchen)).toEqual([said]);
});

/** Expected console errors: tests block the service worker, and a page closes its socket when it is left. */
const MEANT =
	/Service Worker registration blocked by Playwright|WebSocket is closed before the connection is established/;

test('a whole visit causes no console error and no violation of the policy', async ({ page, someone }) => {
	const complaints: string[] = [];
	page.on('console', (entry) => {
		const said = `${entry.type()}: ${entry.text()}`;
		if (/^(error|warning)/.test(said) && !MEANT.test(said)) complaints.push(said);
	});
	page.on('pageerror', (error) => complaints.push(error.message));
	await page.exposeFunction('complain', (what: string) => complaints.push(what));
	await page.addInitScript(() =>
		addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
			(window as unknown as { complain: (what: string) => void }).complain(`${violatedDirective}: ${blockedURI}`)
		)
	);
	const grace = await someone('Grace');
	const name = fresh('Attic');
	const attic = await grace.createRoom(name);
	await grace.say(attic, ...lines(1, 60));

	await open(page, '/', true);
	await join(page, fresh('Ada'));
	await expect(connection(page)).toHaveText('Live');
	await page.getByRole('button', { name: 'Copy' }).click();
	await createRoom(page, fresh('Kitchen'));
	await expect(connection(page)).toHaveText('Live');
	await say(page, 'See https://example.org.');
	await say(page, 'Not this.');
	await remove(page, 'Not this.');
	await expect(message(page, 'Not this.')).toHaveCount(0);
	await send(page, ' ');
	await expect(refusal(page)).toBeVisible();
	await page.locator('nav .place').click();
	await room(page, name).click();
	await expect(message(page, line(60))).toBeVisible();
	await page.goto(`${attic}?before=20`);
	await permalink(message(page, line(5))).click();
	await expect(page.locator('[aria-current=true]')).toHaveText(new RegExp(line(5)));
	await page.goBack();
	await page.reload();
	await expect(log(page)).toBeVisible();
	await page.goto('/you/sign-in');
	await page.getByRole('button', { name: 'Sign in on another device' }).click();
	await expect(page.getByRole('textbox', { name: 'Your sign-in link' })).toBeVisible();
	expect(complaints).toEqual([]);
	await page.getByRole('button', { name: 'Sign out', exact: true }).click();
	await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
	// The server closes the socket before it answers: the page may ask for another until the answer arrives.
	expect(complaints.filter((said) => !/status of 401/.test(said))).toEqual([]);
});
