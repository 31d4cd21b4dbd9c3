/** What every browser test stands on: a running Parley of its own, and the things people do, as verbs. */
import { test as base, expect, type BrowserContext, type Locator, type Page } from 'playwright/test';
import { deploy, UNLIMITED, type Deployment, type Environment, type Mode } from '../support/process.ts';
import { Person } from './person.ts';

interface WorkerOptions {
	mode: Mode;
	/** A running Parley: the same for some tests of a worker, one after another. */
	shared: () => Promise<Deployment>;
}

/** How many tests share one: beside a room stand all rooms, and pages grow with those of every test before. */
const SHARERS = 15;

interface Fixtures {
	app: Deployment;
	/** Whether this project runs scripts. */
	scripts: boolean;
	/** Somebody else's browser: a page that shares nothing with the test's own. */
	stranger: () => Promise<Page>;
	/** Somebody who has joined, without a browser. */
	someone: (name: string) => Promise<Person>;
	/** A Parley for this test alone: with settings of its own, or to be killed. */
	own: (env?: Environment) => Promise<Deployment>;
}

export const test = base.extend<Fixtures, WorkerOptions>({
	mode: ['embedded', { option: true, scope: 'worker' }],
	shared: [
		async ({ mode }, use) => {
			let app: Deployment | undefined;
			let sharers = 0;
			await use(async () => {
				if (sharers++ % SHARERS === 0) {
					await app?.remove();
					app = undefined;
				}
				return (app ??= await deploy(mode, UNLIMITED));
			});
			await app?.remove();
		},
		{ scope: 'worker' }
	],
	app: async ({ shared }, use) => use(await shared()),
	context: async ({ context }, use) => {
		const faults = faultsOf(context);
		await use(context);
		expect(faults, 'no script of a page throws, and no rejection is left unhandled').toEqual([]);
	},
	baseURL: async ({ app }, use) => use(app.url),
	scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled ?? true),
	stranger: async ({ browser }, use) => {
		const contexts: BrowserContext[] = [];
		const faults: string[][] = [];
		await use(async () => {
			const context = await browser.newContext();
			contexts.push(context);
			faults.push(faultsOf(context));
			return context.newPage();
		});
		// Else their pages go on beside every later test of the worker.
		for (const context of contexts) await context.close();
		expect(faults.flat(), 'no script of a page throws, and no rejection is left unhandled').toEqual([]);
	},
	someone: async ({ app }, use) => use((name) => Person.join(app.url, fresh(name))),
	own: async ({ mode }, use) => {
		const deployed: Deployment[] = [];
		await use(async (env = UNLIMITED) => {
			const one = await deploy(mode, env);
			deployed.push(one);
			return one;
		});
		for (const one of deployed) await one.remove();
	}
});

export { expect, UNLIMITED };

/** Pages whose script never comes: the browser says so, and is right. */
const scriptless = new WeakSet<Page>();

/** What is thrown in the pages of a browser, and not caught: also in promises. */
function faultsOf(context: BrowserContext): string[] {
	const faults: string[] = [];
	context.on('weberror', (fault) => {
		const page = fault.page();
		if (!page || !scriptless.has(page)) faults.push(fault.error().stack ?? String(fault.error()));
	});
	return faults;
}

let count = 0;
/** A name that nobody has, nor one that looks like it (1 and l do): tests of one worker share a store. */
export const fresh = (name: string) => `${name} ${process.pid.toString(36)}${count++}`;

/** Goes there, and waits until the page's script has taken over, where there is one. */
export async function open(page: Page, path: string, scripts: boolean): Promise<void> {
	await page.goto(path);
	if (scripts) await expect(connection(page)).toBeVisible();
}

/** Goes there as `person`, who joined elsewhere. */
export async function openAs(page: Page, person: Person, path: string, scripts: boolean): Promise<void> {
	await signIn(page, person);
	await open(page, person.app + path, scripts);
}

/** The session of `person`, in this browser too. */
export async function signIn(page: Page, person: Person): Promise<void> {
	await page.context().addCookies([person.browserCookie()]);
}

export async function join(page: Page, name: string): Promise<void> {
	await tryToJoin(page, name);
	await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
}

export async function tryToJoin(page: Page, name: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Your name' }).fill(name);
	await page.getByRole('button', { name: 'Join' }).click();
}

export async function createRoom(page: Page, name: string): Promise<void> {
	await tryToCreateRoom(page, name);
	await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
}

export async function tryToCreateRoom(page: Page, name: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Room name' }).fill(name);
	await page.getByRole('button', { name: 'Create room' }).click();
}

export async function send(page: Page, text: string): Promise<void> {
	await composer(page).fill(text);
	await page.getByRole('button', { name: 'Send' }).click();
}

/** Sends, and waits until the message stands in the room: its time leads to it. */
export async function say(page: Page, text: string): Promise<void> {
	await send(page, text);
	await expect(permalink(message(page, text))).toBeVisible();
}

/** Ends the session of this browser, from a page of its own. */
export async function leave(page: Page): Promise<void> {
	await page.goto('/you');
	await page.getByRole('button', { name: 'Leave' }).click();
	await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
}

/** The page's own script never comes: whoever reads this page has HTML alone, in every project. */
export async function withoutItsScript(page: Page): Promise<void> {
	scriptless.add(page);
	await page.route('**/_app/**/*.js', (route) => route.abort());
}

export const composer = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
export const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
export const messages = (page: Page) => log(page).getByRole('article');
export const message = (page: Page, text: string | RegExp) => messages(page).filter({ hasText: text });
/** A message's time, which is the link to its permalink. */
export const permalink = (article: Locator) => article.locator('a:has(time)');
/** Why something was refused. */
export const refusal = (page: Page) => page.getByRole('alert');
export const rooms = (page: Page) => page.getByRole('list', { name: 'Rooms' });
export const room = (page: Page, name: string) => rooms(page).getByRole('link').filter({ hasText: name });
export const signInLink = (page: Page) => page.getByRole('textbox', { name: 'Your sign-in link' });
/** What the page says of its socket. It says nothing before its script has taken over. */
export const connection = (page: Page) =>
	page.getByRole('status').filter({ hasText: /^(Connecting…|Live|Reconnecting…|Offline|Not live)$/ });

/** `line 007`, so that no line's text is found in another's. */
export const line = (n: number) => `line ${String(n).padStart(3, '0')}`;
export const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i));
