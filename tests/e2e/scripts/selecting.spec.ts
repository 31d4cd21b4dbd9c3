/** Copying and printing. */
import { past } from '../past.ts';
import { enter, wheel } from '../scroll.ts';
import { expect, fresh, join, line, lines, log, message, messages, open, signInLink, test } from '../test.ts';

test('a selected conversation copies only names and words', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Is there tea?', 'And milk?');
	await grace.say(kitchen, 'There is.', 'Second shelf.');
	await ada.say(kitchen, 'Found both.');
	await ada.post(`${kitchen}/2?/edit`, { n: '2', message: 'And oat milk?' });
	await grace.post(`${kitchen}/1?/react`, { reaction: '1 👍 on' });
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await enter(page, ada, kitchen);
	await expect(messages(page).first()).toContainText('👍');

	const [first, last] = [
		await log(page).getByText('Is there tea?').boundingBox(),
		await log(page).getByText('Found both.').boundingBox()
	];
	if (!first || !last) throw new Error('There is nothing to select');
	await page.mouse.move(first.x, first.y + first.height / 2);
	await page.mouse.down();
	await page.mouse.move(last.x + 300, last.y + last.height - 2, { steps: 5 });
	await page.mouse.up();
	const words = ['Is there tea?', 'And oat milk?', grace.name, 'There is.', 'Second shelf.', ada.name, 'Found both.'];
	const linesOf = (text: string) =>
		text
			.split('\n')
			.map((each) => each.trim())
			.filter(Boolean);
	expect(linesOf(await page.evaluate(() => String(getSelection())))).toEqual(words);
	await page.keyboard.press('Control+c');
	expect(linesOf(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(words);
});

test('a sign-in link is selected when the browser denies copying', async ({ page }) => {
	await page.addInitScript(() => {
		navigator.clipboard.writeText = () =>
			Promise.reject(new DOMException('Write permission denied.', 'NotAllowedError'));
	});
	await open(page, '/', true);
	await join(page, fresh('Ada'));
	await page.goto('/you/sign-in');
	await page.getByRole('button', { name: 'Sign in on another device' }).click();
	await page.getByRole('button', { name: 'Copy' }).click();
	await expect(signInLink(page)).toBeFocused();
	const [from, to] = await signInLink(page).evaluate((field: HTMLInputElement) => [
		field.selectionStart,
		field.selectionEnd
	]);
	expect([from, to]).toEqual([0, (await signInLink(page).inputValue()).length]);
	await expect(page.getByRole('button', { name: 'Copy', exact: true })).toBeVisible();
});

test('a printed room has all loaded messages and times, dark on light, without controls', async ({
	page,
	someone,
	app
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await grace.createRoom(fresh('Kitchen'));
	const code = `\`\`\`\n${'a long line of code '.repeat(30)}\n\`\`\``;
	await past(
		app,
		grace,
		kitchen,
		lines(1, 120).map((text, i) => (i === 110 ? `${text}\n${code}` : text))
	);
	await enter(page, ada, kitchen);
	await wheel(page, -5_000);
	await expect(message(page, line(40))).toHaveCount(1);
	const loaded = await messages(page).count();

	await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
	const height = await messages(page)
		.last()
		.evaluate((row) => row.getBoundingClientRect().bottom);
	expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThanOrEqual(Math.floor(height));
	for (const row of [messages(page).first(), messages(page).nth(loaded >> 1), messages(page).last()]) {
		await expect(row.locator('time')).toHaveCSS('opacity', '1');
		await expect(row.locator('.when')).toHaveCSS('opacity', '1');
	}
	await expect(page.locator('pre')).toHaveCSS('white-space-collapse', 'preserve');
	expect(await page.locator('pre').evaluate((pre) => pre.scrollWidth <= pre.clientWidth)).toBe(true);
	for (const gone of ['.bar', '.footer', 'nav', '.more']) await expect(page.locator(gone).first()).toBeHidden();
	await expect(page.locator('html')).toHaveCSS('color', 'rgb(39, 32, 27)');

	await page.emulateMedia({ media: null, colorScheme: 'dark' });
	const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
	expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
});

test('a refused field has a red border, and the open room keeps its colour under the pointer', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await enter(page, ada, kitchen);
	const open = page.locator('nav a[aria-current]');
	const before = await open.evaluate((element) => getComputedStyle(element).backgroundColor);
	await open.hover();
	await expect(open).toHaveCSS('background-color', before);

	await page.goto('/');
	const field = page.getByRole('textbox', { name: 'Room name' });
	const plain = await field.evaluate((element) => getComputedStyle(element).borderTopColor);
	await field.fill('\u2060');
	await page.getByRole('button', { name: 'Create room' }).click();
	await expect(field).toHaveAttribute('aria-invalid', 'true');
	await page.getByRole('heading', { name: 'Rooms' }).click();
	await expect(field).not.toHaveCSS('border-top-color', plain);
	await expect(field).toHaveCSS('border-top-color', 'rgb(154, 51, 38)');
});
