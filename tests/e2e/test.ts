/** What every browser test stands on: a running Parley of its own, and the things people do, as verbs. */
import { test as base, expect, type Page } from 'playwright/test';
import { randomBytes } from 'node:crypto';
import { scratch, startApp, startStore, type Running } from '../support/process.ts';

/** `embedded`: the app with its own store. `hosted`: the app against the store alone, in a second process. */
export type Mode = 'embedded' | 'hosted';

interface WorkerOptions {
	mode: Mode;
	app: Running;
}

interface Fixtures {
	/** Whether this project runs scripts. */
	scripts: boolean;
}

/** Tests join and send as fast as they can; the limits have a test of their own. */
const UNLIMITED = { SEND_BURST: '100000', SEND_RATE: '100000', JOIN_BURST: '100000', JOIN_RATE: '100000' };

const KEY = randomBytes(24).toString('hex');

export const test = base.extend<Fixtures, WorkerOptions>({
	mode: ['embedded', { option: true, scope: 'worker' }],
	app: [
		async ({ mode }, use) => {
			const folder = scratch();
			const store =
				mode === 'hosted' ? await startStore({ DATA_DIR: `${folder.path}/hpkv`, HPKV_API_KEY: KEY }) : undefined;
			const app = await startApp({
				...UNLIMITED,
				DATA_DIR: `${folder.path}/app`,
				...(store && { HPKV_BASE_URL: store.url, HPKV_API_KEY: KEY })
			});
			await use(app);
			await app.stop();
			await store?.stop();
			folder.remove();
		},
		{ scope: 'worker' }
	],
	baseURL: async ({ app }, use) => use(app.url),
	scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled ?? true)
});

export { expect };

let count = 0;
/** A name that nobody has: tests of one worker share a store. */
export const fresh = (name: string) => `${name} ${process.pid.toString(36)}${(count++).toString(36)}`;

/** Goes there, and waits until the page's script has taken over, where there is one. */
export async function open(page: Page, path: string, scripts: boolean): Promise<void> {
	await page.goto(path);
	if (scripts) await expect(page.getByRole('status').first()).toBeAttached();
}

export async function join(page: Page, name: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Your name' }).fill(name);
	await page.getByRole('button', { name: 'Join' }).click();
	await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
}

export async function createRoom(page: Page, name: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Room name' }).fill(name);
	await page.getByRole('button', { name: 'Create room' }).click();
	await expect(page.getByRole('heading', { name })).toBeVisible();
}

export async function send(page: Page, text: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Message' }).fill(text);
	await page.getByRole('button', { name: 'Send' }).click();
}

export const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
export const message = (page: Page, text: string) => log(page).getByRole('article').filter({ hasText: text });
