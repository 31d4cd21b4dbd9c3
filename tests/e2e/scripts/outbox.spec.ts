import { Person } from '../person.ts';
import {
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
	say,
	send,
	signIn,
	test
} from '../test.ts';
import type { Page } from 'playwright/test';

async function inARoom(page: Page): Promise<void> {
	await open(page, '/', true);
	await join(page, fresh('Ada'));
	await createRoom(page, fresh('Kitchen'));
	await expect(page.getByRole('status').first()).toHaveText('Live');
}

const composer = (page: Page) => page.getByRole('textbox', { name: 'Message' });

test('messages sent offline are kept, and sent in order when the server is back', async ({ page, context }) => {
	await inARoom(page);
	await send(page, 'before');
	await context.setOffline(true);
	await send(page, 'first');
	await send(page, 'second');
	await expect(message(page, 'first')).toContainText('Waiting for connection.');
	await expect(message(page, 'second')).toContainText('Waiting for connection.');
	await expect(page.getByText('You’re offline. Messages will be sent when you’re back.')).toBeVisible();

	await context.setOffline(false);
	await expect(log(page).getByText('Waiting')).toHaveCount(0);
	await page.reload();
	await expect(log(page).getByRole('article')).toHaveText([/before/, /first/, /second/]);
});

test('an unacknowledged message survives its tab, and is sent once', async ({ page, context }) => {
	await inARoom(page);
	const room = page.url();
	// The server stores the message, and the answer is lost.
	await page.route('**/*?/send', async (route) => {
		await route.fetch();
		await route.abort('connectionreset');
	});
	await send(page, 'Did you hear me?');
	await expect(message(page, 'Did you hear me?')).toHaveCount(1);
	await expect(permalink(message(page, 'Did you hear me?'))).toBeVisible();
	// The live event may arrive before the answer is lost.
	await page.unrouteAll({ behavior: 'wait' });
	await page.close({ runBeforeUnload: false });

	const next = await context.newPage();
	await open(next, room, true);
	await expect(message(next, 'Did you hear me?')).toHaveCount(1);
	await expect(log(next).getByText('Waiting')).toHaveCount(0);
	await expect
		.poll(() => next.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('unsent')).length))
		.toBe(0);
	await next.reload();
	await expect(message(next, 'Did you hear me?')).toHaveCount(1);
});

test('a message older than send ids are remembered is refused, and sent when it is tried again', async ({ page }) => {
	await inARoom(page);
	await page.route('**/*?/send', (route) => route.abort('connectionreset'));
	await send(page, 'Before the holidays');
	await expect(message(page, 'Before the holidays')).toContainText('Waiting for connection.');
	await page.addInitScript(() => {
		const key = Object.keys(localStorage).find((key) => key.startsWith('parley:unsent:')) ?? '';
		const unsent = JSON.parse(localStorage.getItem(key) ?? '{}') as object;
		localStorage.setItem(key, JSON.stringify({ ...unsent, day: '20200101' }));
	});
	await page.reload();
	await page.unroute('**/*?/send');
	await expect(message(page, 'Before the holidays')).toContainText('open too long');
	await message(page, 'Before the holidays').getByRole('button', { name: 'Retry' }).click();
	await expect(permalink(message(page, 'Before the holidays'))).toBeVisible();
});

test('a discarded message is gone, also after a reload', async ({ page, context }) => {
	await inARoom(page);
	await context.setOffline(true);
	await send(page, 'Never mind');
	await message(page, 'Never mind').getByRole('button', { name: 'Discard' }).click();
	await expect(message(page, 'Never mind')).toHaveCount(0);
	await context.setOffline(false);
	await page.reload();
	await expect(page.getByRole('status').first()).toHaveText('Live');
	await expect(message(page, 'Never mind')).toHaveCount(0);
});

test('a draft survives a reload and a visit to another room, and appears only in its room', async ({ page }) => {
	await inARoom(page);
	const kitchen = page.url();
	await composer(page).fill('Half a thought');
	await open(page, '/', true);
	await createRoom(page, fresh('Attic'));
	await expect(composer(page)).toHaveValue('');
	await open(page, kitchen, true);
	await expect(composer(page)).toHaveValue('Half a thought');
	await page.reload();
	await expect(composer(page)).toHaveValue('Half a thought');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(message(page, 'Half a thought')).toHaveCount(1);
	await page.reload();
	await expect(composer(page)).toHaveValue('');
});

test('a draft of one tab does not appear in another tab that sends', async ({ page, context }) => {
	await inARoom(page);
	const other = await context.newPage();
	await open(other, page.url(), true);
	await composer(page).fill('Half a thought');
	await send(other, 'A whole one');
	await expect(permalink(message(other, 'A whole one'))).toBeVisible();
	await expect(composer(other)).toHaveValue('');
	await expect(composer(page)).toHaveValue('Half a thought');
});

test('after somebody else has joined in another tab, the page is theirs, and sends nothing of the first person', async ({
	page,
	someone
}) => {
	const grace = await someone('Grace');
	await inARoom(page);
	await signIn(page, grace);
	await send(page, 'Who am I?');
	await expect(page.getByRole('link', { name: grace.name, exact: true })).toBeVisible();
	await expect(message(page, 'Who am I?')).toHaveCount(0);
	await say(page, 'I see.');
	await expect(messages(page)).toHaveText([/I see/]);
	await expect(message(page, 'I see.')).toHaveAccessibleName(grace.name);
	await expect(page.getByRole('status').first()).toHaveText('Live');
});

test('messages that failed while the room was live are sent by the outbox later', async ({ page }) => {
	await inARoom(page);
	let ill = true;
	await page.route('**/*?/send', (route) => (ill ? route.abort('connectionreset') : route.continue()));
	await send(page, 'Are you well?');
	await expect(message(page, 'Are you well?')).toContainText('Waiting for connection.');
	await send(page, 'I can wait.');
	await expect(message(page, 'I can wait.')).toContainText('Waiting for connection.');
	ill = false;
	await expect(permalink(message(page, 'I can wait.'))).toBeVisible();
	await expect(log(page).getByRole('article')).toHaveText([/Are you well/, /I can wait/]);
});

test('a burst over the rate limit waits for Retry-After, and is sent in order without a shown refusal', async ({
	page,
	own
}) => {
	const app = await own({ SEND_BURST: '2', SEND_RATE: '1' });
	const ada = await Person.join(app.url, 'Ada');
	await openAs(page, ada, await ada.createRoom('Kitchen'), true);
	const refused: number[] = [];
	page.on('response', (response) => {
		if (response.headers()['retry-after']) refused.push(Number(response.headers()['retry-after']));
	});
	// Watches all changes: a refusal might show only for a moment.
	await page.evaluate(() => {
		const shouted: string[] = [];
		Object.assign(window, { shouted });
		new MutationObserver(() => {
			const said = /Not sent|sending quickly|Retry/.exec(document.body.innerText);
			if (said) shouted.push(said[0]);
		}).observe(document.body, { childList: true, subtree: true, characterData: true });
	});
	for (const text of lines(1, 5)) await send(page, text);
	await expect(permalink(message(page, line(5)))).toBeVisible();
	await expect(messages(page)).toHaveText(lines(1, 5).map((text) => new RegExp(text)));
	expect(refused.length).toBeGreaterThan(0);
	expect(await page.evaluate(() => (window as unknown as { shouted: string[] }).shouted)).toEqual([]);
});
