/**
 * `npm run screenshots [folder]`: every page at phone and desktop size, light and dark, of the built app with the seeded
 * rooms, for a person to look through. The README shows two of them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { openEmbedded } from '../src/hpkv/server/embed.server.ts';
import { seed } from './fixtures/seed.ts';
import { ensureBrowser } from './support/browser.ts';
import { scratch, startApp } from './support/process.ts';

const [folder = 'test-results/screenshots'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

const data = scratch();
const store = await openEmbedded({
	dataDir: data.path,
	prefix: '/hpkv',
	allowedOrigin: () => false,
	serveApiKeys: false
});
await seed(store.client, Date.now());
await store.close();

const app = await startApp({ DATA_DIR: data.path });
const browser = await chromium.launch({ executablePath: ensureBrowser() });
try {
	for (const [size, viewport] of Object.entries(SIZES)) {
		for (const colorScheme of ['light', 'dark'] as const) {
			const context = await browser.newContext({
				viewport,
				colorScheme,
				baseURL: app.url,
				timezoneId: 'Europe/Lisbon'
			});
			await look(await context.newPage(), (name) => join(folder, `${name}-${size}-${colorScheme}.png`));
			await context.close();
		}
	}
	console.log(`Screenshots are in ${folder}`);
} finally {
	await browser.close();
	await app.stop();
	data.remove();
}

async function look(page: Page, file: (name: string) => string): Promise<void> {
	const shot = async (name: string, path?: string) => {
		if (path) await page.goto(path);
		// The status comes with the script; live is the state that people see.
		if (path)
			await page
				.getByRole('status')
				.or(page.getByRole('link', { name: /All rooms|Back to the room/ }))
				.first()
				.waitFor();
		await page.screenshot({ path: file(name) });
	};
	const live = () =>
		page
			.getByRole('status')
			.filter({ hasText: /^\s*Live/ })
			.first()
			.waitFor();

	await shot('home-visitor', '/');
	await shot('room-visitor', '/rooms/kitchen');
	await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
	await page.getByRole('button', { name: 'Join' }).click();
	await page.getByText('That name is taken').waitFor();
	await shot('name-taken');
	const name = `Vera ${Math.random().toString(36).slice(2, 5)}`;
	await page.getByRole('textbox', { name: 'Your name' }).fill(name);
	await page.getByRole('button', { name: 'Join' }).click();
	await page.getByRole('region', { name: 'Your sign-in link' }).waitFor();
	await live();
	await shot('joined');
	await page.goto('/rooms/kitchen');
	await live();
	await shot('room');
	await page.getByRole('textbox', { name: 'Message' }).fill('x'.repeat(2_001));
	await page.getByRole('button', { name: 'Send' }).click();
	await shot('room-too-long');
	await touch(page, shot, live);
	await shot('room-long', '/rooms/a-long-conversation');
	await shot('room-older', '/rooms/a-long-conversation?before=131');
	await shot('permalink', '/rooms/a-long-conversation/90#m-90');
	await page.goto('/rooms/attic');
	await live();
	await shot('room-empty');
	await page.context().setOffline(true);
	await page.getByRole('textbox', { name: 'Message' }).fill('Is anybody up here?');
	await page.getByRole('button', { name: 'Send' }).click();
	await page.getByRole('button', { name: 'Retry' }).waitFor();
	await shot('room-offline');
	await page.context().setOffline(false);
	await page.goto('/');
	await live();
	await shot('home');
	await page.goto('/you');
	await page.screenshot({ path: file('you') });
	await page.goto('/nothing');
	await page.screenshot({ path: file('not-found') });
}

/** What people do to messages, in a room of their own. */
async function touch(page: Page, shot: (name: string, path?: string) => Promise<void>, live: () => Promise<void>) {
	await page.goto('/');
	const name = `Stove ${Math.random().toString(36).slice(2, 6)}`;
	await page.getByRole('textbox', { name: 'Room name' }).fill(name);
	await page.getByRole('button', { name: 'Create room' }).click();
	await page.getByRole('heading', { name }).waitFor();
	await live();
	const path = new URL(page.url()).pathname;
	const article = (text: string) => page.getByRole('article').filter({ hasText: text });
	for (const text of [
		'The soup is on. It wants an hour, and somebody who tastes it from time to time and does not tell.',
		'Not this.',
		'Bring bowls.',
		'And spoons.'
	]) {
		await page.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
		await page.getByRole('button', { name: 'Send' }).click();
		await article(text).locator('a:has(time)').waitFor();
	}
	const open = async (text: string) => {
		await article(text).hover();
		await article(text).getByRole('link', { name: 'Actions' }).click();
		await page.getByRole('group', { name: 'Actions' }).waitFor();
	};
	const group = page.getByRole('group', { name: 'Actions' });
	for (const emoji of ['👍', '🎉', '👀']) {
		await open('The soup');
		await group.getByRole('button', { name: emoji }).click();
	}
	await open('Not this.');
	await group.locator('summary', { hasText: 'Delete' }).click();
	await shot('message-delete');
	await page.getByRole('button', { name: 'Delete for everybody?' }).click();
	await article('This message was deleted.').waitFor();
	await open('Bring bowls.');
	await group.locator('summary', { hasText: 'Edit' }).click();
	await page.getByRole('textbox', { name: 'Edit message' }).fill('Bring bowls, and bread if there is any left.');
	await shot('message-edit');
	await page.getByRole('button', { name: 'Save' }).click();
	await article('Bring bowls, and bread').getByText('edited').focus();
	await shot('message-edited');
	await open('And spoons.');
	await shot('message-actions');
	await page.keyboard.press('Escape');
	await article('The soup').locator('.reactions').getByRole('button').first().hover();
	await shot('message-reactions');
	await shot('message-permalink', `${path}/1`);
	await shot('message-gone', `${path}/2`);
}
