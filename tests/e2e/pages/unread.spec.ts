import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright/test';
import { openActions, panel } from '../actions.ts';
import { past } from '../past.ts';
import { composer, expect, fresh, line, lines, message, messages, open, openAs, room, send, test } from '../test.ts';

const unreadLine = (page: Page) => page.getByRole('separator', { name: 'New messages' });

/** The texts in the room, and the unread line. */
const standing = (page: Page) =>
	page
		.getByRole('log', { name: 'Messages' })
		.locator('article .text, #unread')
		.evaluateAll((all) => all.map((each) => each.textContent.trim()));

test('unread messages are counted in the list and the title until the room is read', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const kitchen = await grace.createRoom(name);
	const reads = async (path: string) => (await grace.get(path)).text();
	await ada.say(kitchen, 'Tea?', `@${grace.name} soup?`);

	await openAs(page, grace, '/', scripts);
	await expect(room(page, name)).toContainText('2 unread');
	await expect(room(page, name)).toContainText('1 mention of you');
	await expect(page).toHaveTitle('(2) Rooms · Parley');

	await room(page, name).click();
	await expect(unreadLine(page)).toHaveCount(1);
	await expect(message(page, 'Tea?')).toBeVisible();
	// A plain HTTP answer shows the state of the store.
	await expect.poll(() => reads('/')).toContain('<title>Rooms · Parley</title>');
	await page.goto('/');
	await expect(room(page, name)).toContainText('soup?');
	await expect(room(page, name)).not.toContainText('unread');
	await expect(room(page, name)).not.toContainText('mention');
	await page.goto(kitchen);
	await expect(message(page, 'Tea?')).toBeVisible();
	await expect(unreadLine(page)).toHaveCount(0);
});

test('a hundred unread messages show as 99+', async ({ page, someone, scripts, app }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const kitchen = await grace.createRoom(name);
	await past(app, ada, kitchen, lines(1, 100));
	await openAs(page, grace, '/', scripts);
	await expect(room(page, name)).toContainText('99+ unread');
	await expect(page).toHaveTitle('(99+) Rooms · Parley');
});

test('a room with more unread messages than a page opens at the unread line, and is read as far as it was shown', async ({
	page,
	someone,
	scripts,
	app
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const kitchen = await grace.createRoom(name);
	await past(app, ada, kitchen, lines(1, 300));
	await grace.post(`${kitchen}/101?/unread`, { n: '101' });
	const unread = async () => />\s*(\d+\+?)\s*(?:<[^>]*>\s*)*unread/.exec(await (await grace.get('/')).text())?.[1];
	await expect.poll(unread).toBe('99+');

	await openAs(page, grace, kitchen, scripts);
	await expect(unreadLine(page)).toBeInViewport();
	await expect(message(page, line(101))).toBeInViewport();
	await expect(messages(page).first()).toHaveText(new RegExp(line(91)));
	await expect(page.getByRole('link', { name: 'Older messages' })).toHaveCount(1);
	expect(new URL(page.url()).search).toBe('');

	if (scripts) {
		await expect(page.getByRole('button', { name: '99+ new ↓' })).toBeVisible();
		await expect(composer(page)).toBeFocused();
	} else {
		// The next page starts at its unread line; messages that were not shown stay unread.
		await page.getByRole('link', { name: 'Newer messages' }).click();
		await expect(messages(page).first()).toHaveText(new RegExp(line(141)));
		await page.waitForLoadState();
		await open(page, kitchen, scripts);
		await expect(message(page, line(191))).toBeInViewport();
		await expect(unreadLine(page)).toBeInViewport();
	}
	// A send marks the room read to its end.
	await send(page, 'Later.');
	await expect(message(page, 'Later.')).toBeInViewport();
	await expect(message(page, line(300))).toHaveCount(1);
	await expect.poll(unread).toBeUndefined();
	await open(page, kitchen, scripts);
	await expect(message(page, 'Later.')).toBeInViewport();
});

test('a page that arrives in two halves opens at the unread line, and with the message of a permalink in the middle', async ({
	page,
	someone,
	scripts,
	app
}) => {
	test.skip(scripts, 'a script scrolls after the whole page has arrived');
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await grace.createRoom(fresh('Kitchen'));
	await past(app, ada, kitchen, lines(1, 300));
	await grace.post(`${kitchen}/101?/unread`, { n: '101' });
	// The browser draws the first half, which ends inside the message to be shown or below it; the composer is in the other.
	let bytes = 0;
	let isVisitor = false;
	const halve = async (request: IncomingMessage, response: ServerResponse) => {
		const path = request.url ?? '/';
		const answer = isVisitor ? await fetch(app.url + path) : await grace.get(path);
		const body = Buffer.from(await answer.arrayBuffer());
		const at = body.indexOf(bytes > 0 ? 'id="m-101"' : line(120));
		const cut = at < 0 ? at : at + bytes;
		response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
		if (cut < 0) return response.end(body);
		response.write(body.subarray(0, cut));
		await pause(500);
		response.end(body.subarray(cut));
	};
	const halves = createServer((request, response) => void halve(request, response)).listen(0, '127.0.0.1');
	const origin = await new Promise<string>((resolve) =>
		halves.once('listening', () => resolve(`http://127.0.0.1:${(halves.address() as AddressInfo).port}`))
	);
	const expectPermalinkInTheMiddle = async () => {
		await page.goto(`${origin}${kitchen}/101`);
		await expect(message(page, line(101))).toBeInViewport({ ratio: 1 });
		const [row, view] = [await message(page, line(101)).boundingBox(), await page.locator('.scroller').boundingBox()];
		if (!row || !view) throw new Error('It is not there');
		expect(Math.abs(row.y + row.height / 2 - view.y - view.height / 2)).toBeLessThanOrEqual(view.height / 4);
	};
	try {
		for (bytes of [0, 500, 1_500, 2_500]) {
			await page.goto(origin + kitchen);
			await expect(unreadLine(page)).toBeInViewport();
			await expectPermalinkInTheMiddle();
		}
		// A visitor's form to join is higher than a composer.
		isVisitor = true;
		await expectPermalinkInTheMiddle();
	} finally {
		halves.closeAllConnections();
		halves.close();
	}
});

test('messages in a room that was empty at the visit are unread', async ({ page, someone, scripts }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Attic');
	const attic = await ada.createRoom(name);
	await openAs(page, grace, attic, scripts);
	// The read mark is posted after the page has loaded.
	await expect
		.poll(async () => {
			const { rooms } = (await (await grace.get('/rooms.json')).json()) as { rooms: { name: string; read?: number }[] };
			return rooms.find((each) => each.name === name)?.read;
		})
		.toBe(0);
	await page.goto('/');
	await ada.say(attic, 'Anybody?');
	await page.goto('/');
	await expect(room(page, name)).toContainText('1 unread');
});

test('the unread line is where the reader left off, and never above their own message', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await grace.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Hello?');
	await grace.say(kitchen, 'Mine.');
	// A send is answered before its read mark is stored.
	await expect.poll(async () => (await grace.get('/')).text()).toContain('<title>Rooms');
	await ada.say(kitchen, 'Tea?', 'Soup?');
	await grace.post(`${kitchen}/2?/unread`, { n: '2' });

	await openAs(page, grace, kitchen, scripts);
	await expect(unreadLine(page)).toHaveCount(1);
	expect(await standing(page)).toEqual(['Hello?', 'Mine.', 'New', 'Tea?', 'Soup?']);
});

test('a permalink marks nothing as read, and a send marks the room as read', async ({ page, someone, scripts }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const kitchen = await grace.createRoom(name);
	await ada.say(kitchen, 'Tea?', 'Soup?');
	await openAs(page, grace, `${kitchen}/1`, scripts);
	await expect(message(page, 'Soup?')).toBeVisible();
	await page.goto('/');
	await expect(room(page, name)).toContainText('2 unread');

	await grace.say(kitchen, 'Both.');
	// The read mark is stored after the answer.
	await expect.poll(async () => (await grace.get('/')).text()).toContain('<title>Rooms');
	await page.goto('/');
	await expect(room(page, name)).toContainText('Both.');
	await expect(room(page, name)).not.toContainText('unread');
});

test('a message marked unread and the messages after it stay unread while they are in view', async ({
	page,
	stranger,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const kitchen = await grace.createRoom(name);
	await ada.say(kitchen, 'Tea?', 'Soup?', 'Both?');
	await openAs(page, grace, '/', scripts);
	await room(page, name).click();
	await expect(message(page, 'Tea?')).toBeVisible();
	await expect.poll(async () => (await grace.get('/')).text()).toContain('<title>Rooms');

	await openActions(page, 'Soup?');
	await panel(page).getByRole('button', { name: 'Mark unread from here' }).click();
	// In the room with a script, else on the room list.
	await expect(page).toHaveTitle(/^\(2\) /);
	const phone = await stranger();
	await openAs(phone, grace, '/', scripts);
	await expect(room(phone, name)).toContainText('2 unread');
	await page.goto(kitchen);
	await expect(unreadLine(page)).toHaveCount(1);
	expect(await standing(page)).toEqual(['Tea?', 'New', 'Soup?', 'Both?']);
});
