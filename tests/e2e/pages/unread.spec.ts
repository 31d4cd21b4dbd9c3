/** What is unread, with JavaScript and without. */
import type { Page } from 'playwright/test';
import { openActions, panel } from '../actions.ts';
import { expect, fresh, lines, message, openAs, room, test } from '../test.ts';

const unreadLine = (page: Page) => page.getByRole('separator', { name: 'New messages' });

/** The texts in the room, and the line. */
const standing = (page: Page) =>
	page
		.getByRole('log', { name: 'Messages' })
		.locator('article .text, #unread')
		.evaluateAll((all) => all.map((each) => each.textContent.trim()));

test('what others said is counted in the list and in the title until the room is read', async ({
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
	// The answer to somebody without a browser: what the store knows.
	await expect.poll(() => reads('/')).toContain('<title>Rooms · Parley</title>');
	await page.goto('/');
	await expect(room(page, name)).toContainText('soup?');
	await expect(room(page, name)).not.toContainText('unread');
	await expect(room(page, name)).not.toContainText('mention');
	await page.goto(kitchen);
	await expect(message(page, 'Tea?')).toBeVisible();
	await expect(unreadLine(page)).toHaveCount(0);
});

test('a hundred are 99+', async ({ page, someone, scripts }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const kitchen = await grace.createRoom(name);
	await ada.say(kitchen, ...lines(1, 100));
	await openAs(page, grace, '/', scripts);
	await expect(room(page, name)).toContainText('99+ unread');
	await expect(page).toHaveTitle('(99+) Rooms · Parley');
});

test('the line stands where the reader left off, and never above what they wrote themselves', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await grace.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Hello?');
	await grace.say(kitchen, 'Mine.');
	// Behind the answer to a send, its author is marked to have read it.
	await expect.poll(async () => (await grace.get('/')).text()).toContain('<title>Rooms');
	await ada.say(kitchen, 'Tea?', 'Soup?');
	await grace.post(`${kitchen}/2?/unread`, { n: '2' });

	await openAs(page, grace, kitchen, scripts);
	await expect(unreadLine(page)).toHaveCount(1);
	expect(await standing(page)).toEqual(['Hello?', 'Mine.', 'New', 'Tea?', 'Soup?']);
});

test('looking up a permalink reads nothing, sending reads all', async ({ page, someone, scripts }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const kitchen = await grace.createRoom(name);
	await ada.say(kitchen, 'Tea?', 'Soup?');
	await openAs(page, grace, `${kitchen}/1`, scripts);
	await expect(message(page, 'Soup?')).toBeVisible();
	await page.goto('/');
	await expect(room(page, name)).toContainText('2 unread');

	await grace.say(kitchen, 'Both.');
	// Marked behind the answer.
	await expect.poll(async () => (await grace.get('/')).text()).toContain('<title>Rooms');
	await page.goto('/');
	await expect(room(page, name)).toContainText('Both.');
	await expect(room(page, name)).not.toContainText('unread');
});

test('a message is marked unread with what follows it, and stays so while it is in view', async ({
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
	// In place with a script, else on the list.
	await expect(page).toHaveTitle(/^\(2\) /);
	const phone = await stranger();
	await openAs(phone, grace, '/', scripts);
	await expect(room(phone, name)).toContainText('2 unread');
	await page.goto(kitchen);
	await expect(unreadLine(page)).toHaveCount(1);
	expect(await standing(page)).toEqual(['Tea?', 'New', 'Soup?', 'Both?']);
});
