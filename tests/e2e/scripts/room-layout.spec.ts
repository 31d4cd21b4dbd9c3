/** Where names, faces, texts and the parts of a room’s header are, from a phone to a very wide window. */
import type { Page } from 'playwright/test';
import { connection, expect, fresh, message, messages, openAs, test } from '../test.ts';
import { Person } from '../person.ts';

/** A room with messages of one line in groups of three, of two people with long names. */
async function roomOfGroups(app: string): Promise<{ ada: Person; kitchen: string }> {
	const [ada, grace] = [
		await Person.join(app, fresh('Augusta Ada Lovelace')),
		await Person.join(app, fresh('Grace Brewster Hopper'))
	];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.post(`${kitchen}/settings?/describe`, { topic: 'What there is to eat, and who washes up on Thursday' });
	for (let n = 0; n < 30; n++) await (n % 6 < 3 ? ada : grace).say(kitchen, `Message ${n + 100}.`);
	return { ada, kitchen };
}

const box = async (page: Page, of: string) => (await message(page, 'Message 129.').locator(of).boundingBox())!;

test('words begin in the first third of a window, groups are apart, and names are whole', async ({ page, app }) => {
	const { ada, kitchen } = await roomOfGroups(app.url);
	for (const [width, height, least] of [
		[1_280, 800, 13],
		[1_093, 560, 8],
		[390, 844, 13]
	] as const) {
		await page.setViewportSize({ width, height });
		await openAs(page, ada, kitchen, true);
		await expect(connection(page)).toHaveText('Live');
		await expect(messages(page)).toHaveCount(30);
		const { start, inView, within, between, names } = await page.evaluate(() => {
			const rows = [...document.querySelectorAll('article')];
			const view = document.querySelector('.scroller')!.getBoundingClientRect();
			const texts = rows.map((row) => {
				const range = document.createRange();
				range.selectNodeContents(row.querySelector('.text')!);
				return range.getBoundingClientRect();
			});
			const ends = rows.map((row) => row.getBoundingClientRect());
			const gap = (i: number) => {
				const name = rows[i]!.querySelector('.sender')?.getBoundingClientRect();
				return (name ?? texts[i]!).top - texts[i - 1]!.bottom;
			};
			const bdi = [...document.querySelectorAll('article .sender bdi')];
			return {
				start: texts.at(-1)!.left,
				inView: ends.filter(({ top, bottom }) => top >= view.top && bottom <= view.bottom).length,
				within: gap(28),
				between: gap(27),
				names: bdi.map((name) => name.clientWidth - name.scrollWidth)
			};
		});
		if (width > 1_000) expect(start / width, `${width}`).toBeLessThanOrEqual(width === 1_280 ? 0.3 : 1 / 3);
		expect(inView, `${width}`).toBeGreaterThanOrEqual(least);
		expect(between).toBeGreaterThan(within);
		if (width > 1_000) expect(Math.min(...names), `${width}: a name is cut`).toBeGreaterThanOrEqual(0);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
		// Face and name are over the text.
		const [face, name, text] = [
			(await message(page, 'Message 127.').locator('.avatar').first().boundingBox())!,
			(await message(page, 'Message 127.').locator('.sender').boundingBox())!,
			(await message(page, 'Message 127.').locator('.text').boundingBox())!
		];
		expect(face.x + face.width).toBeLessThanOrEqual(text.x);
		expect(name.x).toBe(text.x);
		expect(name.y + name.height).toBeLessThanOrEqual(text.y + 1);
	}
});

test('in a wide window names are beside the text, and in a very wide one people are beside the messages', async ({
	page,
	app
}) => {
	const { ada, kitchen } = await roomOfGroups(app.url);
	const people = page.locator('.side').getByRole('listitem');
	for (const width of [1_440, 1_920]) {
		await page.setViewportSize({ width, height: 800 });
		await openAs(page, ada, kitchen, true);
		await expect(page.getByRole('button', { name: '1 online' })).toBeVisible();
		const name = (await message(page, 'Message 127.').locator('.sender').boundingBox())!;
		const text = (await message(page, 'Message 127.').locator('.text').boundingBox())!;
		expect(name.x + name.width).toBeLessThanOrEqual(text.x);
		expect(Math.abs(name.y - text.y)).toBeLessThan(4);
		if (width === 1_440) await expect(people).toBeHidden();
		else await expect(people).toHaveText([ada.name]);
	}
	expect((await box(page, '.text')).width).toBeLessThanOrEqual(34 * 16);
});

test('the header of a room has its name, its topic, who is here and a menu, at any width', async ({ page, app }) => {
	const { ada, kitchen } = await roomOfGroups(app.url);
	for (const width of [360, 768, 1_280]) {
		await page.setViewportSize({ width, height: 700 });
		await openAs(page, ada, kitchen, true);
		await expect(connection(page)).toHaveText('Live');
		const header = page.locator('header').first();
		const [name, topic, faces, menu] = [
			header.getByRole('heading'),
			header.locator('.topic'),
			header.getByRole('button', { name: '1 online', exact: true }),
			header.getByRole('button', { name: 'Room menu' })
		];
		await expect(faces).toBeVisible();
		const [head, line, who, more] = [
			(await name.boundingBox())!,
			(await topic.boundingBox())!,
			(await faces.boundingBox())!,
			(await menu.boundingBox())!
		];
		expect(head.x + head.width).toBeLessThanOrEqual(who.x);
		expect(line.x + line.width).toBeLessThanOrEqual(who.x);
		expect(who.x + who.width).toBeLessThanOrEqual(more.x);
		expect(more.x + more.width).toBeLessThanOrEqual(width);
		if (width === 360) expect(line.y).toBeGreaterThanOrEqual(head.y + head.height - 1);
		else expect(line.x).toBeGreaterThan(head.x + head.width);
		// Live is for screen readers only.
		expect((await connection(page).boundingBox())!.width).toBeLessThanOrEqual(1);
		await menu.click();
		await expect(page.getByRole('link', { name: 'Room settings' })).toBeVisible();
		await page.getByRole('button', { name: 'People here' }).click();
		await expect(page.getByRole('list', { name: 'People here' }).getByRole('listitem')).toHaveText([ada.name]);
		await expect(page.getByRole('link', { name: 'Room settings' })).toBeHidden();
		await page.keyboard.press('Escape');
		await expect(page.getByRole('list', { name: 'People here' })).toBeHidden();
	}
	await page.context().setOffline(true);
	await expect(page.getByText('Offline', { exact: true })).toBeVisible();
	expect((await page.getByText('Offline', { exact: true }).boundingBox())!.width).toBeGreaterThan(20);
});
