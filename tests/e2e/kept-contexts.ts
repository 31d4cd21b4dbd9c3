/**
 * Browser contexts that tests of one worker use one after another. The first page of a context costs a process and compiles all
 * code, 0.6 s of processor time; a further page of a room in the same process costs 0.2 s.
 *
 * A test gets a page without cookies, storage and history, as in a new context. A context is kept only if its test passed and did
 * nothing to it that a page cannot lose, such as a route, a listener or a clock. The cache of static files is kept.
 */
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright/test';

/** Pages with a blocked script, whose load errors are expected. */
export const scriptless = new WeakSet<Page>();

/** What stays in a page or a context until it is closed. */
const LASTING = [
	...[
		'addInitScript',
		'emulateMedia',
		'exposeBinding',
		'exposeFunction',
		'grantPermissions',
		'newCDPSession',
		'on',
		'once'
	],
	...['addListener', 'prependListener', 'route', 'routeFromHAR', 'routeWebSocket', 'setDefaultTimeout'],
	...[
		'setDefaultNavigationTimeout',
		'setExtraHTTPHeaders',
		'setGeolocation',
		'setOffline',
		'setViewportSize',
		'addLocatorHandler'
	]
];
const CLOCK = ['fastForward', 'install', 'pauseAt', 'resume', 'runFor', 'setFixedTime', 'setSystemTime'];

type Methods = Record<string, ((...args: unknown[]) => unknown) | undefined>;

/** Calls `before` before each call of these methods of `target`. */
function watch(target: object, names: readonly string[], before: () => void): void {
	const methods = target as Methods;
	for (const name of names) {
		const method = methods[name];
		if (!method) continue;
		methods[name] = (...args) => {
			before();
			return method.apply(target, args);
		};
	}
}

export class KeptContext {
	readonly context: BrowserContext;
	readonly page: Page;
	readonly key: string;
	/** Uncaught errors and rejections of its pages in the present test. */
	readonly faults: string[] = [];
	readonly #session: CDPSession;
	readonly #url: string;
	readonly #origins = new Set<string>();
	#isChanged = false;

	private constructor(context: BrowserContext, page: Page, session: CDPSession, url: string, key: string) {
		[this.context, this.page, this.#session, this.#url, this.key] = [context, page, session, url, key];
	}

	static async open(browser: Browser, url: string, key: string): Promise<KeptContext> {
		const context = await browser.newContext({ baseURL: url });
		const page = await context.newPage();
		const kept = new KeptContext(context, page, await context.newCDPSession(page), url, key);
		const follow = (page: Page) =>
			page.on('framenavigated', (frame) => {
				if (frame.url().startsWith('http')) kept.#origins.add(new URL(frame.url()).origin);
			});
		follow(page);
		context.on('page', follow);
		context.on('weberror', (fault) => {
			const page = fault.page();
			if (!page || !scriptless.has(page)) kept.faults.push(fault.error().stack ?? String(fault.error()));
		});
		const change = () => void (kept.#isChanged = true);
		watch(context, LASTING, change);
		watch(page, LASTING, change);
		watch(context.clock, CLOCK, change);
		return kept;
	}

	/** Makes the page like a new one. @returns false where the context must be closed */
	async reset(): Promise<boolean> {
		if (this.#isChanged || this.page.isClosed()) return false;
		try {
			for (const page of this.context.pages()) if (page !== this.page) await page.close();
			// An answer without the app, in the same process. A page that is left may store its draft.
			await this.page.goto(`${this.#url}/healthz`);
			await this.context.clearCookies();
			for (const origin of this.#origins) {
				await this.#session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
				// It leaves sessionStorage.
				await this.#session.send('DOMStorage.clear', { storageId: { securityOrigin: origin, isLocalStorage: false } });
			}
			await this.#session.send('Page.resetNavigationHistory');
			await this.page.mouse.move(0, 0);
			return !this.#isChanged;
		} catch {
			return false;
		}
	}
}
