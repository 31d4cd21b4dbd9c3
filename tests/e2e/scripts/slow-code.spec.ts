/** What a person does while a page's code still loads, on a slow line. */
import type { Page } from 'playwright/test';
import type { Deployment } from '../../support/process.ts';
import { past } from '../past.ts';
import type { Person } from '../person.ts';
import { enter, scroller } from '../scroll.ts';
import { expect, fresh, line, lines, message, openAs, test } from '../test.ts';

/** Holds the page's code back. @returns a function that lets it come */
async function holdCode(page: Page): Promise<() => void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		await promise;
		await route.continue();
	});
	return resolve;
}

/** A room of more messages than a window shows. */
async function longRoom(app: Deployment, ada: Person) {
	const attic = await ada.createRoom(fresh('Attic'));
	await past(
		app,
		ada,
		attic,
		Array.from({ length: 60 }, (_, i) => `line ${i + 1}`)
	);
	return { ada, attic };
}

test('the menu of a narrow window, opened before the page is hydrated, stays open', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await page.setViewportSize({ width: 390, height: 844 });
	const letGo = await holdCode(page);
	await openAs(page, ada, kitchen, false);
	await page.getByRole('button', { name: 'Menu', exact: true }).click();
	letGo();
	await expect(page.getByRole('status').filter({ hasText: 'Live' })).toHaveCount(1);
	await expect(page.getByRole('navigation', { name: 'Rooms and messages' })).toBeVisible();
});

test('messages stay unread while the code that scrolls to the first of them loads', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const attic = await grace.createRoom(fresh('Attic'));
	await ada.say(attic, ...lines(1, 40));
	const unread = async () => {
		const row = (await (await grace.get('/')).text()).split(`href="${attic}"`).at(-1)?.split('</a>')[0];
		return Number(/(\d+)(?: <[^>]*>|<[^>]*>)* *unread/.exec(row ?? '')?.[1] ?? 0);
	};
	expect(await unread()).toBe(40);
	let held = 0;
	// The code that scrolls to the line, found by the button that it has, comes after the code that marks messages as read.
	await page.route('**/_app/immutable/chunks/*.js', async (route) => {
		const response = await route.fetch();
		const body = await response.text();
		if (body.includes('Newest')) {
			held += 1;
			await new Promise((done) => setTimeout(done, 4_000));
		}
		await route.fulfill({ response, body });
	});
	await openAs(page, grace, attic, true);
	await expect(message(page, line(1))).toBeInViewport();
	await expect.poll(unread).toBeLessThan(40);
	expect(await unread()).toBeGreaterThan(10);
	expect(held).toBeGreaterThan(0);
	await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a form that was unfolded before the page is hydrated stays open', async ({ page }) => {
	const letGo = await holdCode(page);
	await page.goto('/signin');
	await page.locator('summary', { hasText: 'Use a recovery code' }).click();
	const name = page.getByRole('form', { name: 'Recovery code' }).getByRole('textbox', { name: 'Name', exact: true });
	await name.fill('Ada');
	letGo();
	await page.waitForLoadState('networkidle');
	await expect(name).toBeVisible();
	await expect(name).toHaveValue('Ada');
});

test('a time zone that is chosen before the page is hydrated is saved', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const letGo = await holdCode(page);
	await openAs(page, ada, '/you', false);
	const zone = page.getByRole('combobox', { name: 'Time zone' });
	await zone.selectOption('Asia/Tokyo');
	letGo();
	await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
	await page.reload();
	await expect(zone).toHaveValue('Asia/Tokyo');
});

test('a level that is chosen before the page is hydrated is saved', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	const letGo = await holdCode(page);
	await openAs(page, ada, `${kitchen}/notifications`, false);
	await page.getByRole('combobox', { name: 'Notify me about' }).selectOption('Nothing');
	letGo();
	await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
	await page.reload();
	await expect(page.getByRole('combobox', { name: 'Notify me about' })).toHaveValue('nothing');
});

test('a place to which a reader scrolls before the code for it has loaded is kept', async ({ page, someone, app }) => {
	const { ada, attic } = await longRoom(app, await someone('Ada'));
	await enter(page, ada, attic);
	const letGo = await holdCode(page);
	const asked = page.waitForRequest('**/_app/immutable/**/*.js');
	await scroller(page).evaluate((view) => view.scrollBy(0, -300));
	await asked;
	// The scrolling is over when the code comes: no scroll event follows.
	await page.evaluate(() => new Promise((rested) => setTimeout(rested, 300)));
	letGo();
	await expect(page).toHaveURL(/[?]around=\d+$/);
});

test('a key that is pressed twice while its code loads opens one dialog', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Tea?');
	await enter(page, ada, kitchen);
	const letGo = await holdCode(page);
	const asked = page.waitForRequest('**/_app/immutable/**/*.js');
	await page.getByRole('textbox', { name: 'Message', exact: true }).blur();
	await page.keyboard.press('?');
	await asked;
	await page.keyboard.press('?');
	letGo();
	await expect(page.getByRole('dialog')).toBeVisible();
	// Closing one would show the other.
	await page.keyboard.press('Escape');
	await expect(page.locator('dialog')).toHaveCount(0);
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog')).toBeVisible();
});

test('a place to which a reader scrolls before the page is hydrated is kept', async ({ page, someone, app }) => {
	const { ada, attic } = await longRoom(app, await someone('Ada'));
	const letGo = await holdCode(page);
	await openAs(page, ada, attic, false);
	await scroller(page).evaluate((view) => view.scrollBy(0, -300));
	letGo();
	await expect(page).toHaveURL(/[?]around=\d+$/);
});
