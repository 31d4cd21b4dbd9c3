/** Presence and typing between browsers. Unit tests beside the code cover leases and their lengths. */
import type { Page } from 'playwright/test';
import { TYPING_EVERY, TYPING_FOR } from '../../../src/lib/chat/people/typing.ts';
import { Person } from '../person.ts';
import { composer, connection, expect, fresh, message, openAs, send, test, UNLIMITED } from '../test.ts';

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

const here = (page: Page, count: number | string) => page.getByRole('button', { name: `${count} online`, exact: true });
const people = (page: Page) => page.getByRole('list', { name: 'People here' }).getByRole('listitem');

test('presence shows who is there, who comes and who goes, also without a script', async ({
	page,
	stranger,
	browser,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await enter(page, ada, kitchen);
	await expect(here(page, 1)).toBeVisible();
	const other = await stranger();
	await enter(other, grace, kitchen);
	for (const each of [page, other]) {
		await expect(here(each, 2)).toBeVisible();
		await here(each, 2).click();
		await expect(people(each)).toHaveText([ada.name, grace.name]);
	}
	// Two pages of one person count as one person.
	const again = await page.context().newPage();
	await enter(again, ada, kitchen);
	await expect(here(again, 2)).toBeVisible();
	await again.close();
	await expect(here(other, 2)).toBeVisible();

	const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
	await plain.goto(ada.app + kitchen);
	await here(plain, 2).click();
	await expect(people(plain)).toHaveText([ada.name, grace.name]);

	await other.close();
	await expect(here(page, 1)).toBeVisible();
	await expect(people(page)).toHaveText([ada.name]);
	// Navigation without a page load also ends presence in the room.
	await page.keyboard.press('Escape');
	await page.locator('nav .place').click();
	await expect(async () => {
		await plain.goto(ada.app + kitchen);
		await expect(plain.getByRole('button', { name: /online$/ })).toHaveCount(0);
	}).toPass();
});

test('typing is shown to others until the message is sent, moves nothing and is not announced', async ({
	page,
	stranger,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	const other = await stranger();
	await enter(other, grace, kitchen);
	await enter(page, ada, kitchen);
	await expect(here(page, 2)).toBeVisible();
	let posts = 0;
	page.on('request', (request) => void (request.postData()?.includes('act=typing') && posts++));
	const box = await composer(other).boundingBox();

	const began = performance.now();
	await composer(page).pressSequentially('Is there any tea');
	const writing = other.getByText(`${ada.name} is typing…`);
	await expect(writing).toBeVisible();
	expect(
		await writing.evaluate((line) => line.closest('[aria-live], [role=status], [role=alert], [role=log]'))
	).toBeNull();
	expect(await composer(other).boundingBox()).toEqual(box);
	await expect(page.getByText('is typing…')).toHaveCount(0);
	expect(posts).toBeLessThanOrEqual(2 + Math.floor((performance.now() - began) / TYPING_EVERY));
	await send(page, 'Is there any tea?');
	await expect(message(other, 'Is there any tea?')).toBeVisible();
	// Before the display of typing would expire.
	await expect(writing).toHaveCount(0, { timeout: TYPING_FOR / 2 });

	// Without a send, the display expires.
	await composer(other).pressSequentially('N');
	await expect(page.getByText(`${grace.name} is typing…`)).toBeVisible();
	await expect(page.getByText('is typing…')).toHaveCount(0);
});

test('presence that is switched off causes no requests and shows nothing', async ({ page, own }) => {
	const app = await own({ ...UNLIMITED, PRESENCE: 'off' });
	const ada = await Person.join(app.url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	let posts = 0;
	page.on('request', (request) => void (request.url().endsWith('/here') && posts++));
	await enter(page, ada, kitchen);
	await composer(page).pressSequentially('Tea?');
	await page.getByRole('button', { name: 'Room menu' }).click();
	await expect(page.getByRole('link', { name: 'Room settings' })).toBeVisible();
	await expect(page.getByRole('list', { name: 'People here' })).toHaveCount(0);
	expect(posts).toBe(0);
	expect((await ada.post(`${kitchen}/here`, { tab: 'tab-0000000000000001', act: 'here' })).status).toBe(401);
});
