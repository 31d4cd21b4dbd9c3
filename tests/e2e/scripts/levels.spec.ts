/** What a person is told of a room, on pages that are open: counts, icon, order, sound. */
import type { Page } from 'playwright/test';
import { Person } from '../person.ts';
import { composer, connection, expect, fresh, open, openAs, room, test } from '../test.ts';

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

const icon = (page: Page) => page.locator('link[rel=icon]');

test('muting in one page quiets the other at once: weight, count, title and icon', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const name = fresh('Kitchen');
	const path = await grace.createRoom(name);
	await ada.say(path, 'Tea?');
	await enter(page, grace, '/');
	await expect(room(page, name)).toContainText('1 unread');
	await expect(icon(page)).toHaveAttribute('href', /^data:/);

	await grace.post(`${path}/notifications?/mute`, { act: 'mute', span: 'hour' });
	await expect(room(page, name)).not.toContainText('unread');
	await expect(page).toHaveTitle('Rooms · Parley');
	await expect(icon(page)).toHaveAttribute('href', /favicon[.]svg$/);
	await ada.say(path, 'Soup?');
	await expect(room(page, name)).toContainText('Soup?');
	await expect(room(page, name).locator('xpath=self::*[contains(@class, "unread")]')).toHaveCount(0);
	await expect(page).toHaveTitle('Rooms · Parley');
	await ada.say(path, `@${grace.name}?`);
	await expect(room(page, name)).toContainText('1 mention of you');
	await expect(page).toHaveTitle('(1) Rooms · Parley');

	await grace.post(`${path}/notifications?/mute`, { act: 'unmute' });
	await expect(room(page, name)).toContainText('3 unread');
	// All messages count as mentions do.
	await expect(icon(page)).toHaveAttribute('href', /%3E1%3C/);
	await grace.post(`${path}/notifications?/level`, { level: 'all' });
	await expect(icon(page)).toHaveAttribute('href', /%3E3%3C/);
});

test('a sound is for what the level of a room says, in any room, and for nothing at hours without sound', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const [name, other] = [fresh('Kitchen'), fresh('Attic')];
	const [kitchen, attic] = [await grace.createRoom(name), await grace.createRoom(other)];
	await page.clock.install();
	await page.addInitScript(() => {
		localStorage.setItem('parley:choice:sound', JSON.stringify(true));
		AudioContext.prototype.createOscillator = function () {
			document.documentElement.dataset.sounds = String(Number(document.documentElement.dataset.sounds ?? 0) + 1);
			throw new Error('No sound in a test');
		};
		AudioContext.prototype.resume = () => Promise.resolve();
		Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'running' });
	});
	const sounds = () => page.evaluate(() => Number(document.documentElement.dataset.sounds ?? 0));
	/** Beyond the silence that ends a burst. */
	const later = () => page.clock.runFor(6_000);

	await enter(page, grace, kitchen);
	await expect(composer(page)).toBeVisible();
	await ada.say(attic, 'not for you');
	await expect(room(page, other)).toContainText('1 unread');
	await later();
	expect(await sounds()).toBe(0);
	await ada.say(attic, `@${grace.name} for you`);
	await expect(room(page, other)).toContainText('1 mention of you');
	await expect.poll(sounds).toBe(1);

	await later();
	await grace.post(`${attic}/notifications?/mute`, { act: 'mute', span: 'week' });
	await expect(room(page, other)).not.toContainText('unread');
	await grace.post(`${attic}/notifications?/level`, { level: 'nothing' });
	await expect(room(page, other)).not.toContainText('mention');
	await ada.say(attic, `@${grace.name} again`);
	await ada.say(kitchen, 'seen');
	await expect(page.getByRole('log').getByText('seen')).toBeVisible();
	await later();
	expect(await sounds()).toBe(1);

	await grace.post('/you?/quiet', { act: 'on', from: '00:00', to: '23:59' });
	await grace.post(`${attic}/notifications?/level`, { level: 'all' });
	await grace.post(`${attic}/notifications?/mute`, { act: 'unmute' });
	await page.clock.setFixedTime(new Date(Date.UTC(2026, 10, 28, 12)));
	await open(page, kitchen, true);
	await expect(room(page, other)).toContainText('3 unread');
	await ada.say(attic, 'at night');
	await expect(room(page, other)).toContainText('4 unread');
	await page.waitForFunction(() => new Promise((resolve) => setTimeout(() => resolve(true), 300)));
	expect(await sounds()).toBe(0);
});
