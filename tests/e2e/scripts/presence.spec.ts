/** Who is in a room now, and who is writing: between browsers. Leases and their lengths are tested beside the code. */
import type { Page } from 'playwright/test';
import { TYPING_EVERY, TYPING_FOR } from '../../../src/lib/chat/people/typing.ts';
import { Person } from '../person.ts';
import { composer, connection, expect, fresh, message, openAs, send, test, UNLIMITED } from '../test.ts';

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

const here = (page: Page, count: number | string) => page.getByRole('button', { name: `${count} here`, exact: true });
const people = (page: Page) => page.getByRole('list', { name: 'People here' }).getByRole('listitem');

test('people see who is there: who comes, who goes, and who is there already, without a script too', async ({
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
	// Another page of hers, and a flip of the tab, are not another person.
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
	// To another room without leaving the page, and back.
	await page.keyboard.press('Escape');
	await page.getByRole('link', { name: 'Rooms', exact: true }).click();
	await expect(async () => {
		await plain.goto(ada.app + kitchen);
		await expect(plain.getByRole('button', { name: /here$/ })).toHaveCount(0);
	}).toPass();
});

test('who types is shown to others as writing until it is sent, moves nothing and is not announced', async ({
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
	const writing = other.getByText(`${ada.name} is writing…`);
	await expect(writing).toBeVisible();
	expect(
		await writing.evaluate((line) => line.closest('[aria-live], [role=status], [role=alert], [role=log]'))
	).toBeNull();
	expect(await composer(other).boundingBox()).toEqual(box);
	await expect(page.getByText('is writing…')).toHaveCount(0);
	expect(posts).toBeLessThanOrEqual(2 + Math.floor((performance.now() - began) / TYPING_EVERY));
	await send(page, 'Is there any tea?');
	await expect(message(other, 'Is there any tea?')).toBeVisible();
	// Sooner than it would by itself.
	await expect(writing).toHaveCount(0, { timeout: TYPING_FOR / 2 });

	// Who thinks better of it stops being shown by itself.
	await composer(other).pressSequentially('N');
	await expect(page.getByText(`${grace.name} is writing…`)).toBeVisible();
	await expect(page.getByText('is writing…')).toHaveCount(0);
});

test('where it is switched off, nobody is asked and nothing is shown', async ({ page, own }) => {
	const app = await own({ ...UNLIMITED, PRESENCE: 'off' });
	const ada = await Person.join(app.url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	let posts = 0;
	page.on('request', (request) => void (request.url().endsWith('/here') && posts++));
	await enter(page, ada, kitchen);
	await composer(page).pressSequentially('Tea?');
	await page.getByRole('button', { name: 'About' }).click();
	await expect(page.getByRole('link', { name: 'Room settings' })).toBeVisible();
	await expect(page.getByRole('list', { name: 'People here' })).toHaveCount(0);
	expect(posts).toBe(0);
	expect((await ada.post(`${kitchen}/here`, { tab: 'tab-0000000000000001', act: 'here' })).status).toBe(401);
});
