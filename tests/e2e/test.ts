/** The fixtures and verbs of all browser tests. */
import { test as base, expect, type Locator, type Page } from 'playwright/test';
import { deploy, UNLIMITED, type Deployment, type Environment, type Mode } from '../support/process.ts';
import { KeptContext, scriptless } from './kept-contexts.ts';
import { Person } from './person.ts';

interface WorkerOptions {
	mode: Mode;
	/** A running app, shared by some tests of a worker, one after another. */
	shared: () => Promise<Deployment>;
	/** Contexts that no test uses now. */
	idle: KeptContext[];
}

/** Tests that share one app: pages list the rooms of all earlier tests, and grow with them. */
const SHARERS = 15;

interface Fixtures {
	app: Deployment;
	/** Whether this project runs scripts. */
	scripts: boolean;
	/** A browser context with a page, like a new one. */
	newcomer: () => Promise<KeptContext>;
	/** A page in another browser context. */
	stranger: () => Promise<Page>;
	/** A person who has joined, without a browser. */
	someone: (name: string) => Promise<Person>;
	/** An app for this test alone, with its own settings or to be killed. */
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
	idle: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that are wanted from the pattern
		async ({}, use) => {
			const idle: KeptContext[] = [];
			await use(idle);
			for (const { context } of idle) await context.close();
		},
		{ scope: 'worker' }
	],
	newcomer: async (
		{ browser, app, idle, viewport, userAgent, hasTouch, timezoneId, serviceWorkers, javaScriptEnabled },
		use,
		info
	) => {
		// What tests set by `test.use`; Playwright gives it to each new context.
		const used = { viewport, userAgent, hasTouch, timezoneId, serviceWorkers, javaScriptEnabled };
		const key = JSON.stringify([app.url, used]);
		// Specs of `scripts` are about what a browser holds, so they get a new one.
		const keeps = serviceWorkers === 'block' && /e2e[/\\]pages[/\\]/.test(info.file);
		const taken: KeptContext[] = [];
		await use(async () => {
			const unlike = idle.filter((each) => !keeps || each.key !== key);
			const like = idle.filter((each) => !unlike.includes(each));
			// Contexts of another app or other settings are of no use any more, and none is for a spec that keeps none.
			for (const { context } of unlike) await context.close();
			const kept = like.pop() ?? (await KeptContext.open(browser, app.url, key));
			idle.splice(0, Infinity, ...like);
			taken.push(kept);
			return kept;
		});
		// Open pages would continue during later tests of the worker.
		for (const kept of taken) {
			if (keeps && info.status === info.expectedStatus && (await kept.reset())) idle.push(kept);
			else await kept.context.close();
		}
		const faults = taken.flatMap((kept) => kept.faults.splice(0));
		expect(faults, 'no script of a page throws, and no rejection is left unhandled').toEqual([]);
	},
	context: async ({ newcomer }, use) => use((await newcomer()).context),
	page: async ({ context }, use) => use(context.pages()[0] ?? (await context.newPage())),
	baseURL: async ({ app }, use) => use(app.url),
	scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled ?? true),
	stranger: async ({ newcomer }, use) => use(async () => (await newcomer()).page),
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

let count = 0;
/** A free name without look-alikes (1 and l look alike). Tests of one worker share a store. */
export const fresh = (name: string) => `${name} ${process.pid.toString(36)}${count++}`;

/** Opens a page and waits for hydration, if scripts run. */
export async function open(page: Page, path: string, scripts: boolean): Promise<void> {
	await page.goto(path);
	if (scripts) await expect(connection(page)).toBeVisible();
}

/** Opens a page as `person`, who joined elsewhere. */
export async function openAs(page: Page, person: Person, path: string, scripts: boolean): Promise<void> {
	await signIn(page, person);
	await open(page, person.app + path, scripts);
}

/** Sets the session cookie of `person`. */
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
	await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** Sends, and waits until the message is acknowledged: its time is then a link. */
export async function say(page: Page, text: string): Promise<void> {
	await send(page, text);
	await expect(permalink(message(page, text))).toBeVisible();
}

/** Ends the session, through /you. */
export async function leave(page: Page): Promise<void> {
	await page.goto('/you');
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
}

/** Blocks the page's scripts, so that the page is HTML only in every project. */
export async function withoutItsScript(page: Page): Promise<void> {
	scriptless.add(page);
	await page.route('**/_app/**/*.js', (route) => route.abort());
}

export const composer = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
export const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
export const messages = (page: Page) => log(page).getByRole('article');
export const message = (page: Page, text: string | RegExp) => messages(page).filter({ hasText: text });
/** A message's time, which links to the permalink. */
export const permalink = (article: Locator) => article.locator('a:has(time)');
export const refusal = (page: Page) => page.getByRole('alert');
export const rooms = (page: Page) => page.getByRole('list', { name: 'Rooms' });
/** Unfolds the list of archived rooms. */
export async function unfoldArchived(page: Page): Promise<Locator> {
	await page.getByText('Archived', { exact: true }).click();
	return page.getByRole('list', { name: 'Archived' }).getByRole('link');
}
/** This browser's rooms are listed by their newest message. */
export const sortByActivity = (page: Page, url: string) =>
	page.context().addCookies([{ name: 'room-order', value: 'activity', url }]);
export const room = (page: Page, name: string) => rooms(page).getByRole('link').filter({ hasText: name });
export const signInLink = (page: Page) => page.getByRole('textbox', { name: 'Your sign-in link' });
export const recoveryCodes = (page: Page) => page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
/** The state of the connection. Absent before hydration. */
export const connection = (page: Page) =>
	page.getByRole('status').filter({ hasText: /^(Connecting…|Live|Reconnecting…|Offline|Not live)$/ });

/** `line 007`: no line's text is part of another's. */
export const line = (n: number) => `line ${String(n).padStart(3, '0')}`;
export const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i));
