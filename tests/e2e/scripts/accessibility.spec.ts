/** Accessibility that axe cannot check: announcements, focus, forced colours, motion, spacing and direction. */
import type { Locator, Page } from 'playwright/test';
import { Person } from '../person.ts';
import {
	composer,
	connection,
	expect,
	fresh,
	lines,
	message,
	messages,
	openAs,
	permalink,
	say,
	test
} from '../test.ts';

/** Records the announcements of live regions from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
	await page.evaluate(() => {
		const heard: string[] = ((window as unknown as { heard: string[] }).heard = []);
		const polite = '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"], [role="log"]';
		new MutationObserver((changes) => {
			for (const { target } of changes) {
				const region = (target instanceof Element ? target : target.parentElement)?.closest(polite);
				const spoken = region?.getAttribute('aria-live') === 'off' ? '' : (region?.textContent.trim() ?? '');
				if (spoken && heard.at(-1) !== spoken) heard.push(spoken);
			}
		}).observe(document.body, { subtree: true, childList: true, characterData: true });
	});
	return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

test('a burst is announced in one sentence; history, times and my own messages are not announced', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Is there tea?');
	await openAs(page, grace, kitchen, true);
	await expect(connection(page)).toHaveText('Live');
	const heard = await listen(page);
	await say(page, 'There is.');
	const began = performance.now();
	await Promise.all(lines(1, 20).map((line) => ada.send(kitchen, line)));
	await expect(messages(page)).toHaveCount(22);
	// A pause of a second starts another burst, which a busy machine may cause.
	const most = 1 + Math.floor((performance.now() - began) / 1_000);
	const told = async () => {
		const counts = (await heard()).map((sentence) => Number(/ sent (\d+) messages$/.exec(sentence)?.[1] ?? 1));
		return counts.reduce((sum, count) => sum + count, 0);
	};
	await expect.poll(told).toBe(20);
	const sentences = await heard();
	expect(sentences.length).toBeLessThanOrEqual(most);
	expect(sentences.every((sentence) => sentence.startsWith(ada.name))).toBe(true);
	await ada.say(kitchen, 'Found it.');
	await expect.poll(heard).toEqual([...sentences, `${ada.name}: Found it.`]);
});

test('the first Tab reaches a skip link, and the focus returns to the control that opened a panel', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Is there tea?');
	await openAs(page, ada, kitchen, true);
	await expect(connection(page)).toHaveText('Live');
	await page.evaluate(() => {
		document.body.tabIndex = -1;
		document.body.focus();
	});
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: 'Skip to message box' })).toBeFocused();
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	await expect(composer(page)).toBeFocused();

	const actions = message(page, 'Is there tea?').getByRole('link', { name: 'Actions' });
	for (const leave of ['Escape', 'Cancel'] as const) {
		await actions.focus();
		await page.keyboard.press('Enter');
		const panel = page.getByRole('group', { name: 'Actions' });
		await expect(panel).toBeVisible();
		await panel.locator('summary', { hasText: 'Edit' }).press('Enter');
		await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
		if (leave === 'Escape') await page.keyboard.press('Escape');
		else await page.getByRole('link', { name: 'Cancel' }).press('Enter');
		await expect(panel).toHaveCount(0);
		await expect(actions).toBeFocused();
	}
});

const ring = (of: Locator) => of.evaluate((element) => getComputedStyle(element).outlineStyle);

test('forced colours still show the focus, the marked message and pressed buttons', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Is there tea?', 'There is.');
	await ada.post(`${kitchen}/1?/react`, { reaction: '1 👍 on' });
	await page.emulateMedia({ forcedColors: 'active' });
	await openAs(page, ada, `${kitchen}/1`, true);
	expect(await ring(message(page, 'Is there tea?'))).toBe('solid');
	expect(await ring(message(page, 'There is.'))).toBe('none');
	expect(await ring(message(page, 'Is there tea?').getByRole('button', { name: /^👍 1/ }))).toBe('solid');
	await composer(page).focus();
	expect(await ring(composer(page))).toBe('solid');
	await permalink(message(page, 'There is.')).focus();
	expect(await ring(permalink(message(page, 'There is.')))).toBe('solid');
});

test('forced colours tell the open room, unread rooms, mentions and the focus in the list of rooms', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const names = [fresh('Kitchen'), fresh('Attic'), fresh('Cellar')];
	const [kitchen, attic, cellar] = await Promise.all(names.map((name) => ada.createRoom(name)));
	for (const path of [attic, cellar]) await ada.say(path ?? '', 'Is there tea?');
	await grace.say(attic ?? '', `There is, @${ada.name}.`);
	await page.emulateMedia({ forcedColors: 'active' });
	await openAs(page, ada, kitchen ?? '', true);
	const link = (path = '') =>
		page.getByRole('list', { name: 'Rooms', exact: true }).locator(`a[href="${new URL(path, ada.app).pathname}"]`);
	const style = (of: Locator, name: string) =>
		of.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), name);
	expect(await style(link(kitchen), 'background-color')).not.toBe(await style(link(cellar), 'background-color'));
	await link(kitchen).hover();
	expect(await style(link(kitchen), 'background-color')).not.toBe(await style(link(cellar), 'background-color'));
	expect(Number(await style(link(attic), 'font-weight'))).toBeGreaterThan(
		Number(await style(link(cellar), 'font-weight'))
	);
	expect(await style(link(attic).locator('.mentions'), 'border-top-style')).toBe('solid');
	await page.keyboard.press('Escape');
	await link(cellar).focus();
	await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Tab');
	expect(await ring(link(cellar))).toBe('solid');
	expect(await ring(link(kitchen))).toBe('none');
});

test('an interface from right to left is mirrored, and nothing scrolls sideways', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Is there tea?', 'There is.');
	await page.addInitScript(() =>
		document.addEventListener('readystatechange', () => document.documentElement.setAttribute('dir', 'rtl'))
	);
	const sidebar = page.getByRole('navigation', { name: 'Rooms and messages' });
	const edges = async (of: Locator) => {
		const { x, width } = (await of.boundingBox())!;
		return { left: x, right: x + width };
	};
	for (const path of [kitchen, `${kitchen}/1`, '/', '/you', `${kitchen}/notifications`, '/help']) {
		for (const width of [1_280, 390]) {
			await page.setViewportSize({ width, height: 800 });
			await openAs(page, ada, path, false);
			await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
			// Right to left, a page scrolls to the left of its beginning: its width would be the same.
			const wide = () =>
				page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			expect(await wide(), `${path} at ${width}`).toBeLessThanOrEqual(0);
			if (width === 390) await page.getByRole('button', { name: 'Menu', exact: true }).click();
			expect((await edges(sidebar)).right, `${path} at ${width}`).toBe(width);
			if (width === 390) await page.keyboard.press('Escape');
		}
	}
	await page.setViewportSize({ width: 1_280, height: 800 });
	await openAs(page, ada, kitchen, true);
	const [text, face] = [
		message(page, 'Is there tea?').locator('.text'),
		message(page, 'Is there tea?').locator('.avatar')
	];
	expect((await edges(face.first())).left).toBeGreaterThanOrEqual((await edges(text)).right);
	const menu = page.getByRole('button', { name: 'Room menu' });
	expect((await edges(menu)).right).toBeLessThan((await edges(page.getByRole('heading', { level: 1 }))).left);
	await menu.click();
	const rows = await edges(page.getByRole('link', { name: 'Members' }));
	expect(rows.left).toBeGreaterThanOrEqual(0);
	expect(rows.right).toBeLessThan((await edges(sidebar)).left);
});

test('reduced motion stops all animation', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Is there tea?', 'There is.');
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await openAs(page, ada, kitchen, true);
	const moving = await page.locator('body *').evaluateAll((elements) =>
		elements
			.filter((element) => {
				const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
				// An element that live events have just replaced has no style.
				if (!element.isConnected) return false;
				return animationName !== 'none' || parseFloat(transitionDuration) > 0 || scrollBehavior === 'smooth';
			})
			.map(({ outerHTML }) => outerHTML)
	);
	expect(moving).toEqual([]);
});

test('text spacing of WCAG 1.4.12 cuts no text', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Is there tea?', 'There is. Second shelf, behind the biscuits that nobody admits to buying.');
	for (const path of ['/', kitchen, `${kitchen}/2`, '/you']) {
		await openAs(page, ada, path, path !== '/you');
		const cut = await page.evaluate(() => {
			// The values of WCAG 1.4.12. The policy allows no other way to add a style.
			const style = new CSSStyleSheet();
			style.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
				p { margin-block-end: 2em !important }`);
			document.adoptedStyleSheets = [style];
			const hides = (element: Element) =>
				/hidden|clip/.test(getComputedStyle(element).overflow) &&
				!element.closest('.visually-hidden, .tip, svg, .skip') &&
				(element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
			// A preview is always cut; its room shows the whole message.
			return [...document.querySelectorAll('body *')]
				.filter((element) => hides(element) && !element.closest('.last'))
				.map(({ outerHTML }) => outerHTML);
		});
		expect(cut, path).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
	}
	// Zooming must stay possible.
	await expect(page.locator('meta[name=viewport]')).not.toHaveAttribute('content', /user-scalable|maximum-scale/);
});

test('names and messages keep their own direction beside any text', async ({ page, app }) => {
	// Digits are neutral in every script.
	const noor = await Person.join(app.url, `نور ${Date.now()}`);
	const kitchen = await noor.createRoom(`مطبخ ${Date.now()}`);
	await noor.say(kitchen, 'سأحضر التمر', 'Dates and coffee');
	await openAs(page, noor, kitchen, true);
	const direction = (text: Locator) => text.evaluate((element) => getComputedStyle(element).direction);
	expect(await direction(message(page, 'سأحضر التمر').locator('[dir=auto]').first())).toBe('rtl');
	expect(await direction(message(page, 'Dates and coffee').locator('[dir=auto]').first())).toBe('ltr');
	for (const name of [page.getByRole('heading', { level: 1 }), messages(page).first().locator('.sender')]) {
		await expect(name.locator('bdi')).toHaveText(/^(نور|مطبخ) \d+$/);
	}
	await expect(page.locator('html')).toHaveAttribute('lang', 'en');
	await composer(page).fill('قهوة');
	expect(await direction(composer(page))).toBe('rtl');
});
