/** A picture of a person and the logo of the place, with a script and without. */
import type { Page } from 'playwright/test';
import { png } from '../../fixtures/pictures.ts';
import { setupPath } from '../../fixtures/world.ts';
import { Person } from '../person.ts';
import { expect, fresh, openAs, refusal, test, UNLIMITED } from '../test.ts';

const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/png', buffer });

/** The address of the picture that is laid over somebody's initials. */
const shown = (page: Page, within: string) =>
	page
		.locator(`${within} [data-of]`)
		.first()
		.evaluate((avatar) => /url\("(.*)"\)/.exec(getComputedStyle(avatar, '::after').backgroundImage)?.[1]);

test('a picture takes the place of initials, is replaced and removed, and its bytes go', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Gallery'));
	await ada.say(room, 'Soup');
	await openAs(page, ada, '/you', false);
	const choose = async (name: string, buffer: Buffer) => {
		await page.getByLabel('Your picture').setInputFiles(file(name, buffer));
		await page.getByRole('button', { name: 'Upload' }).click();
	};
	await choose('notes.png', Buffer.from('<svg onload=alert(1)>'));
	await expect(refusal(page).first()).toContainText('Parley can’t read that picture: it may be damaged');
	// A script sends no bytes of it; without one, the page comes back when they have arrived.
	await choose('film.png', Buffer.alloc(30_000_000, 1));
	await expect(refusal(page).first()).toContainText('That picture is too large. A picture can have up to 25 MB.');
	await expect(page.getByText('AVIF of up to 25 MB')).toBeVisible();
	await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
	await choose('me.png', png(900, 600));
	await expect(page.getByText('Saved.').first()).toBeVisible();

	await openAs(page, ada, room, scripts);
	const first = await shown(page, 'article');
	expect(first).toMatch(/\/avatars\/[a-z2-7]{26}$/);
	const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
	const get = (address = '') => fetch(address, { headers: { cookie } });
	const answer = await get(first);
	expect(answer.status).toBe(200);
	expect(Object.fromEntries(answer.headers)).toMatchObject({
		'content-type': 'image/webp',
		'x-content-type-options': 'nosniff',
		'content-security-policy': "default-src 'none'; sandbox",
		'cross-origin-resource-policy': 'same-origin',
		'cache-control': expect.stringContaining('private')
	});
	const size = await page.evaluate(async (url) => {
		const image = new Image();
		image.src = url;
		await image.decode();
		return [image.naturalWidth, image.naturalHeight];
	}, first ?? '');
	expect(size).toEqual([512, 512]);

	await page.goto('/you');
	await choose('other.png', png(200, 300));
	await expect(page.getByText('Saved.').first()).toBeVisible();
	expect(await shown(page, '.avatar-form')).not.toBe(first);
	expect((await get(first)).status).toBe(404);

	await page.getByRole('button', { name: 'Remove picture' }).click();
	await expect(page.getByText('Saved.').first()).toBeVisible();
	expect(await shown(page, '.avatar-form')).toBeUndefined();
	await expect(page.getByRole('button', { name: 'Remove picture' })).toHaveCount(0);
});

test('at a place for members a guest and a stranger see no picture of others; an operator removes one, and everybody sees the logo', async ({
	page,
	stranger,
	own,
	scripts
}) => {
	const app = await own({ ...UNLIMITED, READING: 'members' });
	const [ada, tom, gus] = [
		await Person.join(app.url, 'Ada', {}, '/signin'),
		await Person.join(app.url, 'Tom', {}, '/signin'),
		await Person.join(app.url, 'Gus', {}, '/signin')
	];
	await ada.post(`${await setupPath(app)}?/own`, {});
	const made = await ada.post('/new/room?/create', { name: 'Cellar', private: 'on', formId: 'avatars-form-of-room-1' });
	const room = new URL(made.headers.get('location') ?? '', app.url).pathname;
	for (const person of ['Tom', 'Gus']) await ada.post(`${room}/members?/add`, { person, history: 'all' });
	for (const one of [tom, gus]) {
		await openAs(page, one, '/you', false);
		await page.getByLabel('Your picture').setInputFiles(file('me.png', png(90, 60)));
		await page.getByRole('button', { name: 'Upload' }).click();
		await expect(page.getByText('Saved.').first()).toBeVisible();
		await one.say(room, `It is ${one.name}`);
	}

	await openAs(page, ada, '/operator/people?find=Gus', false);
	await page.getByRole('combobox', { name: 'Role' }).selectOption('Guest');
	await page.getByRole('button', { name: 'Change role' }).click();
	const confirm = page.getByRole('button', { name: 'Make guest' });
	if (await confirm.isVisible()) await confirm.click();
	await expect(page.getByText('Gus is a guest now.')).toBeVisible();

	await openAs(page, ada, room, scripts);
	const ofRow = (text: string) => `article:has-text("${text}")`;
	const ofTom = await shown(page, ofRow('It is Tom'));
	expect(ofTom).toMatch(/\/avatars\/[a-z2-7]{26}$/);
	const ofGus = await shown(page, ofRow('It is Gus'));
	expect(ofGus).not.toBe(ofTom);
	const status = async (by: Person | undefined, address = '') =>
		(await fetch(address, { headers: by ? { cookie: by.cookie } : {} })).status;
	expect(await Promise.all([ada, gus, undefined].map((by) => status(by, ofTom)))).toEqual([200, 404, 404]);
	expect(await Promise.all([ada, gus, undefined].map((by) => status(by, ofGus)))).toEqual([200, 200, 404]);
	const guest = await stranger();
	await openAs(guest, gus, room, scripts);
	expect(await shown(guest, ofRow('It is Tom'))).toBeUndefined();
	expect(await shown(guest, ofRow('It is Gus'))).toBe(ofGus);

	await openAs(page, ada, '/operator/place', false);
	const upload = async (logo: Buffer) => {
		await page.getByLabel('Logo').setInputFiles(file('logo.png', logo));
		await page.getByRole('button', { name: 'Upload' }).click();
	};
	await upload(Buffer.from('no picture'));
	await expect(refusal(page)).toContainText('can’t read that picture');
	await expect(refusal(page)).toBeInViewport();
	await upload(png(300, 100));
	await expect(page.getByText('Saved.')).toBeInViewport();
	const visitor = await stranger();
	await visitor.goto(app.url);
	const logo = (of: Page) =>
		of
			.locator('svg[viewBox="0 0 32 24"]:visible')
			.first()
			.evaluate((mark) => /url\("(.*)"\)/.exec(getComputedStyle(mark).backgroundImage)?.[1]);
	const address = await logo(visitor);
	expect(address).toMatch(/\/avatars\/[a-z2-7]{26}$/);
	expect(await status(undefined, address)).toBe(200);
	await page.goto(app.url + (await ada.createRoom(fresh('Empty'))));
	const title = page.getByText('No messages yet');
	const mark = await page.locator('.empty svg').boundingBox();
	expect((mark?.y ?? NaN) + (mark?.height ?? NaN)).toBeLessThanOrEqual((await title.boundingBox())?.y ?? NaN);
	await page.goto(`${app.url}/operator/place`);
	await page.getByRole('button', { name: 'Remove logo' }).click();
	await expect(page.getByText('Saved.')).toBeVisible();
	expect(await status(ada, address)).toBe(404);
	await visitor.reload();
	expect(await logo(visitor)).toBeUndefined();

	await page.goto(`${app.url}/operator/people?find=Tom`);
	await page.getByRole('button', { name: 'Remove picture' }).click();
	await expect(page.getByText('Erases the picture of Tom')).toBeVisible();
	await page.getByRole('button', { name: 'Remove picture' }).click();
	await expect(page.getByText('Tom has no picture now.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Remove picture' })).toHaveCount(0);
	expect(await status(ada, ofTom)).toBe(404);
	await page.goto(`${app.url}/operator/log`);
	const log = page.getByRole('list', { name: 'Log' });
	await expect(log).toContainText('Remove a picture');
	await expect(log).toContainText('no logo');
});
