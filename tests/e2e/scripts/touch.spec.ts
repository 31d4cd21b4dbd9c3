/** A small touch screen without hovering. */
import { devices, type Page } from 'playwright/test';
import { composer, connection, expect, fresh, message, openAs, permalink, send, test } from '../test.ts';

const { userAgent, hasTouch, isMobile, deviceScaleFactor } = devices['Pixel 7'];
test.use({ viewport: { width: 360, height: 640 }, userAgent, hasTouch, isMobile, deviceScaleFactor });

/** In CSS pixels: WCAG 2.5.8. */
const TARGET = 24;
/** The height of a control on a page that is no room: WCAG 2.5.5. */
const HIGH = 44;

/** Controls that are smaller than `least`. Links within a sentence are exempt; a box is pressed by its label. */
const tooSmall = (page: Page, height = TARGET) =>
	page.evaluate(
		({ least, height }) =>
			[...document.querySelectorAll<HTMLElement>('a, button, summary, input, textarea, select, [tabindex="0"]')]
				.filter((element) => element.checkVisibility({ opacityProperty: false, visibilityProperty: true }))
				.filter((element) => !element.closest('p') && !element.matches('.skip, .edited'))
				.map(
					(element) =>
						(element.matches('.visually-hidden, [type=checkbox], [type=radio]') && element.closest('label')) || element
				)
				.map((element) => ({ element, box: element.getBoundingClientRect() }))
				.filter(({ box }) => box.width < least - 0.01 || box.height < height - 0.01)
				.map(({ element, box }) => `${element.outerHTML.slice(0, 120)} ${box.width} × ${box.height}`),
		{ least: TARGET, height }
	);

test('tap targets are at least 24 pixels wide and high, and nothing needs hovering', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await grace.say(kitchen, 'Hello', 'See https://example.org');
	await ada.say(kitchen, 'Tea?', 'Soup?');
	await ada.post(`${kitchen}/1?/react`, { n: '1', emoji: '🎉' });
	await openAs(page, ada, kitchen, true);
	await expect(connection(page)).toHaveText('Live');
	expect(await page.evaluate(() => matchMedia('(hover: none) and (pointer: coarse)').matches)).toBe(true);
	expect(await tooSmall(page)).toEqual([]);

	// A focus would open the keyboard over half of the page.
	await expect(composer(page)).not.toBeFocused();
	// A message’s time leads to its page, with all actions; a long press opens them here: message-toolbar.spec.ts.
	for (const text of ['Hello', 'Soup?']) await expect(permalink(message(page, text))).toHaveCSS('opacity', '1');
	await message(page, 'Soup?').getByRole('link', { name: 'Actions' }).press('Enter');
	await expect(page.getByRole('group', { name: 'Actions' })).toBeVisible();
	expect(await tooSmall(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await expect(page.getByRole('group', { name: 'Actions' })).toHaveCount(0);
	await composer(page).tap();
	await page.keyboard.type('@');
	await page.getByRole('option').first().tap();
	await expect(composer(page)).toHaveValue(`@${grace.name} `);
	await page.goto('/');
	expect(await tooSmall(page)).toEqual([]);
	await page.goto('/you');
	await expect(page.getByRole('checkbox').first()).toBeVisible();
	expect(await tooSmall(page)).toEqual([]);
});

test('controls of a page that is no room are 44 pixels high', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	for (const path of [
		'/',
		'/you',
		'/new/room',
		'/people',
		`${kitchen}/settings`,
		`${kitchen}/notifications`,
		`${kitchen}/members`
	]) {
		await openAs(page, ada, path, false);
		await expect(page.locator('main')).toBeVisible();
		expect(await tooSmall(page, HIGH), path).toEqual([]);
	}
});

test('Enter breaks the line, and the on-screen keyboard covers neither composer nor last message', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, ...Array.from({ length: 20 }, (_, i) => `line ${i}`));
	await openAs(page, ada, kitchen, true);
	await composer(page).tap();
	await page.keyboard.type('one');
	await page.keyboard.press('Enter');
	await page.keyboard.type('two');
	await expect(composer(page)).toHaveValue('one\ntwo');
	await composer(page).fill('');
	// The page asks the browser to shrink the viewport above the keyboard.
	await expect(page.locator('meta[name=viewport]')).toHaveAttribute('content', /interactive-widget=resizes-content/);
	await page.setViewportSize({ width: 360, height: 320 });
	await expect(composer(page)).toBeInViewport({ ratio: 1 });
	await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeInViewport({ ratio: 1 });
	await expect(message(page, 'line 19')).toBeInViewport({ ratio: 1 });
	await send(page, 'three');
	await expect(permalink(message(page, 'three'))).toBeInViewport();
	await expect(composer(page)).toBeFocused();
});

test('zooming is possible, and fields are large enough that a phone does not zoom by itself', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), true);
	await expect(page.locator('meta[name=viewport]')).not.toHaveAttribute('content', /user-scalable|maximum-scale/);
	const size = await composer(page).evaluate((field) => parseFloat(getComputedStyle(field).fontSize));
	expect(size).toBeGreaterThanOrEqual(16);
	const touch = await page.context().newCDPSession(page);
	await touch.send('Input.synthesizePinchGesture', { x: 180, y: 200, scaleFactor: 2 });
	await expect.poll(() => page.evaluate(() => visualViewport?.scale ?? 1)).toBeGreaterThan(1.5);
});
