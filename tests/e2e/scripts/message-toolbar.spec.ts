/** The toolbar and the menu of a message, by pointer, keyboard and touch. */
import { devices, type Locator, type Page } from 'playwright/test';
import { panel } from '../actions.ts';
import { composer, connection, expect, fresh, message, messages, openAs, test } from '../test.ts';
import type { Person } from '../person.ts';

const toolbar = (page: Page) => page.getByRole('toolbar', { name: 'Quick actions' });
const link = (article: Locator) => article.getByRole('link', { name: 'Actions' });
const chip = (article: Locator, emoji: string) => article.locator('.reactions').getByRole('button', { name: emoji });

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

/** Texts of other messages that the toolbar and its link lie over. */
const covered = (page: Page) =>
	page.evaluate(() => {
		const toolbar = document.querySelector('[role="toolbar"]')!;
		const own = toolbar.closest('article')!;
		const [a, b] = [toolbar, own.querySelector('.more')!].map((element) => element.getBoundingClientRect());
		const box = {
			left: Math.min(a!.left, b!.left),
			right: Math.max(a!.right, b!.right),
			top: a!.top,
			bottom: a!.bottom
		};
		return [...document.querySelectorAll('article :is(.text, .sender)')].flatMap((text) => {
			const range = document.createRange();
			range.selectNodeContents(text);
			const hit = [...range.getClientRects()].some(
				({ left, right, top, bottom }) => left < box.right && right > box.left && top < box.bottom && bottom > box.top
			);
			return hit ? [text.textContent] : [];
		});
	});

test('the toolbar of a message appears under the pointer, moves nothing, and covers no text', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	const long = 'And so on, to the very end of the line and beyond, '.repeat(4);
	await ada.say(kitchen, 'One.', `Two. ${long}`, 'Three.');
	await grace.say(kitchen, 'Four.', 'Five.');
	for (const [width, wide] of [
		[1_280, true],
		[1_093, true],
		[1_440, true],
		[800, true],
		[640, false]
	] as const) {
		await page.setViewportSize({ width, height: 700 });
		await page.mouse.move(0, 0);
		await enter(page, ada, kitchen);
		await expect(toolbar(page)).toHaveCount(0);
		const places = () =>
			messages(page)
				.locator('.text')
				.evaluateAll((texts) => texts.map((text) => JSON.stringify(text.getBoundingClientRect())));
		const before = await places();
		for (const text of ['One.', 'Two.', 'Three.', 'Five.']) {
			await message(page, text).hover();
			await expect(link(message(page, text))).toHaveCSS('opacity', '1');
			if (!wide) continue;
			// One toolbar for all messages.
			await expect(toolbar(page)).toHaveCount(1);
			await expect(message(page, text).getByRole('toolbar')).toBeVisible();
			expect(await places(), `${width}: ${text}`).toEqual(before);
			expect(await covered(page), `${width}: ${text}`).toEqual([]);
			const [row, box] = [await message(page, text).boundingBox(), await toolbar(page).boundingBox()];
			expect(box!.y).toBeGreaterThanOrEqual(row!.y);
			expect(box!.y + box!.height).toBeLessThanOrEqual(row!.y + row!.height);
		}
		if (!wide) await expect(toolbar(page)).toHaveCount(0);
	}
});

test('the toolbar reacts, opens the picker and replies; an emoji that was used is offered first', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await grace.say(kitchen, 'Soup?', 'Bread?');
	await enter(page, ada, kitchen);
	await message(page, 'Soup?').hover();
	await expect(toolbar(page).getByRole('button')).toHaveText(['👍', '❤️', '😄', '', '']);
	await toolbar(page).getByRole('button', { name: '❤️' }).click();
	await expect(chip(message(page, 'Soup?'), '❤️')).toHaveAccessibleName(/Remove your reaction$/);
	await expect(toolbar(page).getByRole('button', { name: '❤️' })).toHaveAttribute('aria-pressed', 'true');
	await message(page, 'Bread?').hover();
	await expect(toolbar(page).getByRole('button')).toHaveText(['❤️', '👍', '😄', '', '']);
	await message(page, 'Soup?').hover();
	await toolbar(page).getByRole('button', { name: '❤️' }).click();
	await expect(chip(message(page, 'Soup?'), '❤️')).toHaveCount(0);

	// Without its reaction the message is lower, and no longer under the pointer.
	await message(page, 'Soup?').hover();
	await toolbar(page).getByRole('button', { name: 'React' }).click();
	await expect(panel(page).getByRole('button', { name: '👍' })).toBeFocused();
	await expect(toolbar(page)).toHaveCount(0);
	await page.keyboard.press('Escape');
	await expect(panel(page)).toHaveCount(0);
	await message(page, 'Bread?').hover();
	await toolbar(page).getByRole('button', { name: 'Reply' }).click();
	await expect(composer(page)).toBeFocused();
	await expect(page.locator('.composer')).toContainText('Bread?');
});

test('the menu has a row for each act, below its button and in view', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, ...Array.from({ length: 30 }, (_, i) => `line ${i + 10}.`), 'Mine.');
	await grace.say(kitchen, 'Theirs.');
	await enter(page, ada, kitchen);
	const rows = async (text: string, names: string[]) => {
		await message(page, text).hover();
		await link(message(page, text)).click();
		await expect(panel(page)).toBeInViewport({ ratio: 1 });
		const places = [];
		for (const name of names) {
			const text = panel(page).getByText(name, { exact: true });
			places.push(
				await text.evaluate((element) => {
					const range = document.createRange();
					range.selectNodeContents(element);
					const { left, top } = range.getBoundingClientRect();
					return { left: Math.round(left), top };
				})
			);
		}
		expect(places.map(({ top }) => top)).toEqual(places.map(({ top }) => top).toSorted((a, b) => a - b));
		expect(new Set(places.map(({ left }) => left)).size).toBe(1);
		await page.keyboard.press('Escape');
		await expect(panel(page)).toHaveCount(0);
	};
	await rows('Mine.', ['Reply', 'Edit', 'Copy link', 'Mark unread from here', 'Delete']);
	await rows('Theirs.', ['Reply', 'Copy link', 'Mark unread from here', 'Report']);
	await message(page, 'line 30.').hover();
	await link(message(page, 'line 30.')).click();
	const [button, menu] = [await link(message(page, 'line 30.')).boundingBox(), await panel(page).boundingBox()];
	expect(
		Math.min(Math.abs(menu!.y - button!.y - button!.height), Math.abs(menu!.y + menu!.height - button!.y))
	).toBeLessThan(2);
	await panel(page).getByText('Delete', { exact: true }).click();
	await panel(page).getByRole('button', { name: 'Delete for everyone' }).click();
	await expect(message(page, 'This message was deleted.')).toBeVisible();
});

test('the toolbar is one tab stop, and the arrow keys lead along it', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Soup?', 'Bread?');
	await enter(page, ada, kitchen);
	await link(message(page, 'Soup?')).focus();
	await expect(message(page, 'Soup?').getByRole('toolbar')).toBeVisible();
	await page.keyboard.press('ArrowLeft');
	await expect(toolbar(page).getByRole('button', { name: 'Reply' })).toBeFocused();
	for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowLeft');
	await expect(toolbar(page).getByRole('button', { name: '👍' })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(chip(message(page, 'Soup?'), '👍')).toBeVisible();
	// The pointer over another message takes no focus away.
	await message(page, 'Bread?').hover();
	await expect(toolbar(page).getByRole('button', { name: '👍' })).toBeFocused();
	await page.keyboard.press('Tab');
	await expect(toolbar(page).locator(':focus')).toHaveCount(0);
});

test.describe('touch', () => {
	const { userAgent, hasTouch, isMobile, deviceScaleFactor } = devices['Pixel 7'];
	test.use({ viewport: { width: 390, height: 844 }, userAgent, hasTouch, isMobile, deviceScaleFactor });

	/** Holds a finger on the text until `there` is shown, and lifts it. */
	async function hold(page: Page, text: string, there: Locator): Promise<void> {
		const { x, y, height } = (await message(page, text).locator('.text').boundingBox())!;
		const touch = await page.context().newCDPSession(page);
		const touchPoints = [{ x: x + 10, y: y + height / 2 }];
		await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
		await expect(there).toBeVisible();
		await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
	}

	test('a long press opens a sheet of large reactions and rows; a tap opens nothing', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Soup?', 'Bread?');
		await enter(page, ada, kitchen);
		await message(page, 'Soup?').locator('.text').tap();
		await hold(page, 'Bread?', panel(page));
		await expect(page.getByRole('group', { name: 'Actions' })).toHaveCount(1);
		const sheet = page.locator('dialog:modal');
		const box = (await sheet.boundingBox())!;
		expect(Math.round(box.y + box.height)).toBe(844);
		expect(box.width).toBe(390);
		const heights = async (locator: Locator) =>
			locator.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height));
		expect(await heights(panel(page).locator('.emoji > button'))).toEqual(Array(6).fill(48));
		for (const row of ['Reply', 'Edit', 'Copy link', 'Mark unread from here', 'Delete']) {
			const height = (await panel(page).locator('a, button, summary').filter({ hasText: row }).first().boundingBox())!
				.height;
			expect(height, row).toBeGreaterThanOrEqual(48);
		}
		await panel(page).getByRole('button', { name: '🎉' }).tap();
		await expect(chip(message(page, 'Bread?'), '🎉')).toBeVisible();
		await expect(sheet).toHaveCount(0);

		await hold(page, 'Soup?', panel(page));
		// A tap beside the sheet closes it.
		await page.touchscreen.tap(195, 80);
		await expect(sheet).toHaveCount(0);
		await hold(page, 'Soup?', panel(page));
		await panel(page).locator('summary', { hasText: 'Edit' }).tap();
		await expect(sheet).toHaveCount(0);
		await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
		await page.getByRole('textbox', { name: 'Edit message' }).fill('Stew?');
		await page.getByRole('button', { name: 'Save' }).tap();
		await expect(message(page, 'Stew?')).toContainText('edited');
	});
});
