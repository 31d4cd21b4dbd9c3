/** A small touch screen without hovering. */
import { devices, type Page } from 'playwright/test';
import { composer, connection, expect, fresh, line, lines, message, openAs, permalink, send, test } from '../test.ts';

const { userAgent, hasTouch, isMobile, deviceScaleFactor } = devices['Pixel 7'];
test.use({ viewport: { width: 360, height: 640 }, userAgent, hasTouch, isMobile, deviceScaleFactor });

/** In CSS pixels: WCAG 2.5.8. */
const TARGET = 24;

/** Controls that are smaller than TARGET. Links within a sentence are exempt. */
const tooSmall = (page: Page) =>
	page.evaluate(
		(least) =>
			[...document.querySelectorAll<HTMLElement>('a, button, summary, input, textarea, select, [tabindex="0"]')]
				.filter((element) => element.checkVisibility({ opacityProperty: false, visibilityProperty: true }))
				.filter((element) => !element.closest('p') && !element.matches('.skip, .edited'))
				.map((element) => ({ element, box: element.getBoundingClientRect() }))
				.filter(({ box }) => box.width < least - 0.01 || box.height < least - 0.01)
				.map(({ element, box }) => `${element.outerHTML.slice(0, 120)} ${box.width} × ${box.height}`),
		TARGET
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
	for (const text of ['Hello', 'Soup?']) {
		const more = message(page, text).getByRole('link', { name: 'Actions' });
		expect(await more.evaluate((element) => getComputedStyle(element).opacity)).toBe('1');
		await more.tap();
		await expect(page.getByRole('group', { name: 'Actions' })).toBeVisible();
		expect(await tooSmall(page)).toEqual([]);
		await more.tap();
	}
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

test('the actions of a message at the upper edge open in view, and nothing moves', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, ...lines(1, 30));
	await openAs(page, ada, kitchen, true);
	const seventh = message(page, line(7));
	// Scroll the message to the top of the view.
	await seventh.evaluate((row) => {
		const view = row.closest('.scroller')!;
		view.scrollTop += row.getBoundingClientRect().top - view.getBoundingClientRect().top;
	});
	const before = await seventh.boundingBox();
	await seventh.getByRole('link', { name: 'Actions' }).tap();
	await expect(page.getByRole('group', { name: 'Actions' })).toBeInViewport({ ratio: 1 });
	expect(await seventh.boundingBox()).toEqual(before);
	// A tap beside the actions closes them; a tap on another message's button opens that message's actions.
	await message(page, line(14)).getByRole('link', { name: 'Actions' }).tap();
	await expect(message(page, line(14)).getByRole('group', { name: 'Actions' })).toBeVisible();
	await expect(page.getByRole('group', { name: 'Actions' })).toHaveCount(1);
	await page.getByRole('textbox', { name: 'Another emoji' }).tap();
	await page.getByRole('textbox', { name: 'Another emoji' }).fill('turtle');
	await expect(page.getByRole('group', { name: 'Actions' })).toBeVisible();
	await message(page, line(18)).locator('.text').tap();
	await expect(page.getByRole('group', { name: 'Actions' })).toHaveCount(0);
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
	await expect(page.getByRole('button', { name: 'Send' })).toBeInViewport({ ratio: 1 });
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
