/** What a person is told of a room: levels, mutes, hiding, mentions of everyone, and hours without sound. */
import type { Page } from 'playwright/test';
import { Person } from '../person.ts';
import {
	expect,
	fresh,
	log,
	message,
	open,
	openAs,
	refusal,
	room,
	rooms,
	send,
	sortByActivity,
	test
} from '../test.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const level = (page: Page) => page.getByRole('combobox', { name: 'Notify me about' });
const status = (page: Page, text: string | RegExp) => page.getByRole('status').filter({ hasText: text });

/** Goes to the notifications of the open room: two clicks. */
async function toNotifications(page: Page): Promise<void> {
	await button(page, 'Room menu').click();
	await page.getByRole('link', { name: 'Notifications' }).click();
	await expect(page.getByRole('heading', { name: 'Notifications' })).toBeVisible();
}

/** With a script, the choice saves itself. */
async function chooseLevel(page: Page, word: string, scripts: boolean): Promise<void> {
	await level(page).selectOption(word);
	if (!scripts) await button(page, 'Save').click();
	await expect(status(page, 'Saved.')).toBeVisible();
}

/** Ada writes into a room of Grace. */
async function twoIn(someone: (name: string) => Promise<Person>) {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	return { ada, grace, name, path: await grace.createRoom(name) };
}

test('a level is chosen in the menu of the room, in two clicks', async ({ page, someone, scripts }) => {
	const { grace, path } = await twoIn(someone);
	await openAs(page, grace, path, scripts);
	await button(page, 'Room menu').click();
	await page.getByRole('form', { name: 'Notify me about' }).getByRole('button', { name: 'Nothing' }).click();
	await expect(status(page, 'Saved.')).toBeVisible();
	await expect(level(page)).toHaveValue('nothing');
});

test('a muted room shows no unread messages and no count; mentions still count; unmuted, all is back', async ({
	page,
	someone,
	scripts
}) => {
	const { ada, grace, name, path } = await twoIn(someone);
	await openAs(page, grace, path, scripts);
	await toNotifications(page);
	await expect(level(page)).toHaveValue('mentions');
	await page.getByRole('combobox', { name: 'Mute for' }).selectOption('A week');
	await button(page, 'Mute').click();
	await expect(page.getByText(/^Muted until \w+day, \d+ \w+ \d{4}, \d\d:\d\d[.]/)).toBeVisible();
	await expect(button(page, 'Mute')).toHaveCount(0);

	await ada.say(path, 'Tea?', 'Soup?');
	await open(page, '/', scripts);
	await expect(room(page, name)).toContainText('Soup?');
	await expect(room(page, name)).not.toContainText('unread');
	await expect(page).toHaveTitle('Rooms · Parley');
	await ada.say(path, `@${grace.name} salt?`);
	await open(page, '/', scripts);
	await expect(room(page, name)).toContainText('1 mention of you');
	await expect(room(page, name)).not.toContainText('unread');
	await expect(page).toHaveTitle('(1) Rooms · Parley');

	await page.goto(`${path}/notifications`);
	await chooseLevel(page, 'Nothing', scripts);
	await open(page, '/', scripts);
	await expect(room(page, name)).not.toContainText('mention');
	await expect(page).toHaveTitle('Rooms · Parley');

	await page.goto(`${path}/notifications`);
	await button(page, 'Unmute').click();
	await expect(button(page, 'Mute')).toBeVisible();
	await chooseLevel(page, 'Mentions', scripts);
	await open(page, '/', scripts);
	await expect(room(page, name)).toContainText('3 unread');
	await expect(page).toHaveTitle('(3) Rooms · Parley');
});

test('by activity, a muted room does not move up', async ({ page, someone, scripts, app }) => {
	const { ada, grace, name, path } = await twoIn(someone);
	const other = fresh('Attic');
	const attic = await grace.createRoom(other);
	await ada.say(path, 'first');
	await ada.say(attic, 'second');
	await grace.post(`${path}/notifications?/mute`, { act: 'mute', span: 'hour' });
	await sortByActivity(page, app.url);
	await ada.say(path, 'third');
	await openAs(page, grace, '/', scripts);
	const order = async () => {
		const texts = await rooms(page).getByRole('listitem').allTextContents();
		return texts.findIndex((text) => text.includes(name)) > texts.findIndex((text) => text.includes(other));
	};
	expect(await order()).toBe(true);
	if (!scripts) return;
	await ada.say(path, 'fourth');
	await expect(room(page, name)).toContainText('fourth');
	expect(await order()).toBe(true);
});

test('a hidden room leaves the list, is found under Hidden, and comes back with a mention or by hand', async ({
	page,
	someone,
	scripts
}) => {
	const { ada, grace, name, path } = await twoIn(someone);
	await grace.say(path, 'mine');
	await openAs(page, grace, `${path}/notifications`, false);
	await button(page, 'Hide this room').click();
	await expect(button(page, 'Show this room')).toBeVisible();
	await ada.say(path, 'Tea?');
	await open(page, '/', scripts);
	await expect(room(page, name)).toHaveCount(0);
	await page.getByRole('link', { name: 'All rooms' }).first().click();
	await page.getByRole('main').getByText('Hidden', { exact: true }).click();
	await expect(page.getByRole('list', { name: 'Hidden' }).getByRole('link', { name })).toBeVisible();

	await open(page, '/', scripts);
	await ada.say(path, `@${grace.name} where are you?`);
	if (!scripts) await page.goto('/');
	await expect(room(page, name)).toContainText('1 mention of you');
	await grace.get(`${path}/read?n=3`);
	await page.goto('/');
	await expect(room(page, name)).toHaveCount(0);

	await page.goto(`${path}/notifications`);
	await button(page, 'Show this room').click();
	await expect(button(page, 'Hide this room')).toBeVisible();
	await page.goto('/');
	await expect(room(page, name)).toBeVisible();
});

test('@everyone of the room’s creator mentions its readers; another’s is plain text, and they are told', async ({
	page,
	someone,
	stranger,
	scripts
}) => {
	const { ada, grace, name, path } = await twoIn(someone);
	await ada.get(path);
	await ada.post(`${path}/read`, { n: '0' });
	await openAs(page, grace, path, scripts);
	await send(page, 'Soup is on, @everyone!');
	await expect(message(page, 'Soup is on').locator('mark')).toHaveText('@everyone');
	await expect(page.getByText('notified nobody')).toHaveCount(0);

	const hers = await stranger();
	await openAs(hers, ada, '/', scripts);
	await expect(room(hers, name)).toContainText('1 mention of you');
	await open(hers, ada.app + path, scripts);
	await send(hers, 'And bread, @everyone');
	await expect(hers.getByText('Sent, but @everyone notified nobody.')).toBeVisible();
	await expect(message(hers, 'And bread')).toBeVisible();
	await expect(message(hers, 'And bread').locator('mark')).toHaveCount(0);
	await send(hers, 'Thank you');
	await expect(message(hers, 'Thank you')).toBeVisible();
	await expect(hers.getByText('notified nobody')).toHaveCount(0);
	await expect(log(page).locator('mark')).toHaveCount(1);
});

test('Do not disturb is chosen in the settings, and says when it is on', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	await openAs(page, ada, '/you', false);
	const zone = page.getByRole('region', { name: 'Do not disturb' }).or(page.locator('#quiet'));
	await expect(zone.getByRole('status')).toHaveText('Off.');
	await page.getByLabel('From', { exact: true }).fill('12:00');
	await page.getByLabel('To', { exact: true }).fill('12:00');
	await button(page, 'Turn on').click();
	await expect(refusal(page)).toHaveText('Choose two different times.');
	await expect(page.getByLabel('From', { exact: true })).toHaveValue('12:00');
	await page.getByLabel('From', { exact: true }).fill('00:00');
	await page.getByLabel('To', { exact: true }).fill('23:59');
	await button(page, 'Turn on').click();
	await expect(status(page, /^(On now, until 23:59|On every day from 00:00 to 23:59) \(/)).toBeVisible();
	await button(page, 'Turn off').click();
	await expect(zone.getByRole('status').filter({ hasText: 'Off.' })).toBeVisible();
	expect(scripts).toBeDefined();
});

test('a visitor who has not signed in is asked to; a form of nobody changes nothing', async ({ page, someone }) => {
	const { path, grace } = await twoIn(someone);
	await page.goto(`${path}/notifications`);
	await expect(page).toHaveURL(/\/signin[?]next=/);
	const damaged = await grace.post(`${path}/notifications?/level`, { level: 'loud' });
	expect(damaged.status).toBe(400);
	const missing = await grace.post('/rooms/nowhere/notifications?/hide', { act: 'hide' });
	expect(missing.status).toBe(404);
});
