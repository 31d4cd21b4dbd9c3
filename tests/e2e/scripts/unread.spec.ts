/** Unread counts with a script, also on a person's other pages. */
import type { Page } from 'playwright/test';
import { Person } from '../person.ts';
import { composer, connection, expect, fresh, line, lines, message, openAs, room, say, test } from '../test.ts';

const unreadLine = (page: Page) => page.getByRole('separator', { name: 'New messages' });

/** Grace has created the room and read no message. */
async function kitchenOf(grace: Person) {
	const name = fresh('Kitchen');
	return { name, path: await grace.createRoom(name) };
}

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

test('unread messages are counted live in the row and in the title, and mentions apart', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	await enter(page, grace, '/');
	await expect(page).toHaveTitle('Rooms · Parley');
	await ada.say(kitchen.path, 'Tea?', 'Soup?');
	await expect(room(page, kitchen.name)).toContainText('2 unread');
	await expect(page).toHaveTitle('(2) Rooms · Parley');
	await expect(room(page, kitchen.name)).not.toContainText('mention');

	await ada.say(kitchen.path, `@${grace.name} your turn`);
	await expect(room(page, kitchen.name)).toContainText('3 unread');
	await expect(room(page, kitchen.name)).toContainText('1 mention of you');
	await expect(page).toHaveTitle('(3) Rooms · Parley');
});

/** Records the tab icon and the badge of the installed app. */
async function badges(page: Page) {
	await page.addInitScript(() => {
		const told = ((window as unknown as { told: unknown[] }).told = []) as unknown[];
		const tell = (count: number) => {
			if (told.at(-1) !== count) told.push(count);
			return Promise.resolve();
		};
		Object.assign(navigator, { setAppBadge: tell, clearAppBadge: () => tell(0) });
	});
	return {
		icon: page.locator('link[rel=icon]'),
		told: () => page.evaluate(() => (window as unknown as { told: number[] }).told)
	};
}

test('unread messages show in the icons of tab and app, mentions as a number, until they are read', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	const { icon, told } = await badges(page);
	const loaded: string[] = [];
	const refused: string[] = [];
	page.on('request', (request) => loaded.push(request.url()));
	page.on('console', (line) => line.type() === 'error' && refused.push(line.text()));
	await enter(page, grace, '/');
	await expect(icon).toHaveAttribute('href', /favicon[.]svg$/);
	const before = loaded.length;

	await ada.say(kitchen.path, 'Tea?');
	await expect(icon).toHaveAttribute('href', /^data:image\/svg/);
	const dot = await icon.getAttribute('href');
	expect(loaded.slice(before).filter((url) => url.endsWith('.js')).length).toBeGreaterThan(0);
	await ada.say(kitchen.path, `@${grace.name} soup?`);
	await expect(icon).toHaveAttribute('href', /%3E1%3C/);
	await expect(icon).not.toHaveAttribute('href', dot ?? '');
	await expect.poll(told).toEqual([1, 2]);

	await room(page, kitchen.name).click();
	await expect(icon).toHaveAttribute('href', /favicon[.]svg$/);
	await expect.poll(told).toEqual([1, 2, 0]);
	expect(refused).toEqual([]);
});

test('shown messages are read on every page of the same person', async ({ page, context, stranger, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	await ada.say(kitchen.path, 'Tea?', `@${grace.name} soup?`);
	const tab = await context.newPage();
	const phone = await stranger();
	for (const other of [tab, phone]) {
		await enter(other, grace, '/');
		await expect(room(other, kitchen.name)).toContainText('2 unread');
	}

	await enter(page, grace, kitchen.path);
	await page.bringToFront();
	for (const other of [tab, phone]) {
		await expect(room(other, kitchen.name)).not.toContainText('unread');
		await expect(room(other, kitchen.name)).not.toContainText('mention');
		await expect(other).toHaveTitle('Rooms · Parley');
	}

	// A read mention does not return with the next message.
	await enter(page, grace, '/');
	await ada.say(kitchen.path, 'Bread?');
	for (const other of [page, tab, phone]) {
		await expect(room(other, kitchen.name)).toContainText('1 unread');
		await expect(room(other, kitchen.name)).not.toContainText('mention');
	}
});

/** In milliseconds after the tab has posted its read mark. */
const SOON = 2_000;

test('an unread count disappears from the other tab and the other device within two seconds', async ({
	page,
	context,
	stranger,
	someone
}, info) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	const others = [await context.newPage(), await stranger()];
	for (const other of others) await enter(other, grace, '/');
	await enter(page, grace, kitchen.path);
	await page.bringToFront();
	// The first message makes the pages load code. Until then they may receive a message and its read mark together.
	await ada.say(kitchen.path, 'Hello?');
	for (const other of others) {
		await expect(room(other, kitchen.name)).toContainText('Hello?');
		await expect(room(other, kitchen.name)).not.toContainText('unread');
	}

	const took: number[] = [];
	for (const text of ['Tea?', 'Soup?', 'Bread?']) {
		const told = page.waitForRequest(/[/]read$/).then(() => Date.now());
		const cleared = await Promise.all(others.map(watchReading));
		await ada.say(kitchen.path, text);
		await expect(message(page, text)).toBeVisible();
		const [from = 0, ...until] = await Promise.all([told, ...cleared.map((when) => when())]);
		took.push(Math.max(...until) - from);
	}
	info.annotations.push({ type: 'read elsewhere', description: `after ${took.join(', ')} ms` });
	// The median: a busy machine may delay one of them.
	expect(took.sort((a, b) => a - b)[1], `${took.join(', ')} ms`).toBeLessThanOrEqual(SOON);
});

/** @returns the time at which the title lost its unread count. Background pages do not paint, so this reads the title. */
async function watchReading(page: Page): Promise<() => Promise<number>> {
	await page.evaluate(() => {
		const read = new Promise<number>((done) => {
			let unread = false;
			const titles = new MutationObserver(() => {
				if (document.title.startsWith('(')) unread = true;
				else if (unread) {
					titles.disconnect();
					done(Date.now());
				}
			});
			titles.observe(document.head, { subtree: true, childList: true, characterData: true });
		});
		Object.assign(window, { read });
	});
	return () => page.evaluate(() => (window as unknown as { read: Promise<number> }).read);
}

test('messages below the screen stay unread until they are scrolled to', async ({ page, stranger, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	await ada.say(kitchen.path, ...lines(1, 40));
	const phone = await stranger();
	await enter(phone, grace, '/');
	await expect(room(phone, kitchen.name)).toContainText('40 unread');

	// A new browser of the same person starts with the same read mark.
	await enter(page, grace, kitchen.path);
	await expect(unreadLine(page)).toBeInViewport();
	await expect(message(page, line(1))).toBeInViewport();
	await expect(room(phone, kitchen.name)).not.toContainText('40 unread');
	await expect(room(phone, kitchen.name)).toContainText('unread');
	await message(page, line(40)).scrollIntoViewIfNeeded();
	await expect(room(phone, kitchen.name)).not.toContainText('unread');
});

test('messages in a room without a second of silence are marked read too', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	await grace.say(kitchen.path, 'Mine.');
	await expect.poll(async () => (await grace.get('/')).text()).toContain('<title>Rooms');
	await enter(page, grace, kitchen.path);
	let silent = false;
	const talk = async () => {
		for (let n = 1; !silent; n++) {
			await ada.say(kitchen.path, line(n));
			await expect(message(page, line(n))).toBeVisible();
		}
	};
	const read = page.waitForRequest(`**${kitchen.path}/read`, { timeout: 10_000 }).finally(() => (silent = true));
	await Promise.all([read, talk()]);
});

test('the unread line is where the reader left off, and stays while they read', async ({ page, stranger, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	await grace.say(kitchen.path, 'Mine.');
	// The author's read mark is stored after the answer.
	await expect.poll(async () => (await grace.get('/')).text()).toContain('<title>Rooms');
	await ada.say(kitchen.path, 'Tea?', 'Soup?');
	const phone = await stranger();
	await enter(phone, grace, '/');
	await expect(room(phone, kitchen.name)).toContainText('2 unread');
	await enter(page, grace, kitchen.path);
	await expect(unreadLine(page)).toHaveCount(1);
	expect(await standing(page)).toEqual(['Mine.', 'New', 'Tea?', 'Soup?']);
	await expect(room(phone, kitchen.name)).not.toContainText('unread');
	await say(page, 'Both.');
	await ada.say(kitchen.path, 'Right.');
	await expect(message(page, 'Right.')).toBeVisible();
	expect(await standing(page)).toEqual(['Mine.', 'New', 'Tea?', 'Soup?', 'Both.', 'Right.']);
});

/** The texts in the room, and the unread line. */
const standing = (page: Page) =>
	page
		.getByRole('log', { name: 'Messages' })
		.locator('article .text, #unread')
		.evaluateAll((all) => all.map((each) => each.textContent.trim()));

test('a send marks the room read', async ({ page, stranger, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await kitchenOf(grace);
	const phone = await stranger();
	await enter(phone, grace, '/');
	await enter(page, grace, kitchen.path);
	await ada.say(kitchen.path, 'Tea?');
	await expect(message(page, 'Tea?')).toBeVisible();
	await composer(page).fill('Yes.');
	await composer(page).press('Enter');
	await expect(room(phone, kitchen.name)).toContainText('Yes.');
	await expect(room(phone, kitchen.name)).not.toContainText('unread');
});
