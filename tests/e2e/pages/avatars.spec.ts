/** A picture of a person and the logo of the place, with a script and without. */
import type { Page } from 'playwright/test';
import { png } from '../../fixtures/pictures.ts';
import { expect, fresh, openAs, refusal, test } from '../test.ts';

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
	await expect(refusal(page).first()).toContainText('no picture');
	await choose('me.png', png(900, 600));
	await expect(page.getByText('Saved.').first()).toBeVisible();

	await openAs(page, ada, room, scripts);
	const first = await shown(page, 'article');
	expect(first).toMatch(/\/pictures\/[a-z2-7]{26}$/);
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
	expect(await shown(page, '.picture')).not.toBe(first);
	expect((await get(first)).status).toBe(404);

	await page.getByRole('button', { name: 'Remove picture' }).click();
	await expect(page.getByText('Saved.').first()).toBeVisible();
	expect(await shown(page, '.picture')).toBeUndefined();
	await expect(page.getByRole('button', { name: 'Remove picture' })).toHaveCount(0);
});
