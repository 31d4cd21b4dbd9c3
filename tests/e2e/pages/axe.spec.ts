/** Checks every state of every page with axe, in both themes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, CDPSession, Page } from 'playwright/test';
import { STATES } from '../../fixtures/states.ts';
import { World } from '../../fixtures/world.ts';
import { test as base, expect } from '../test.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** All rules run with a script in light and without one in dark. States that need a script also get COLOURS in dark. */
const ALL: RunOptions = { resultTypes: ['violations'] };
const COLOURS: RunOptions = { ...ALL, runOnly: ['color-contrast', 'link-in-text-block'] };

interface Workers {
	world: World;
	/** One page for many states, because a browser context and its process take longer to start than a state to show. */
	pageOf: (scripts: boolean) => Promise<Page>;
}
const test = base.extend<object, Workers>({
	world: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that are wanted from the pattern
		async ({}, use) => {
			const world = await World.open();
			await use(world);
			await world.close();
		},
		{ scope: 'worker' }
	],
	pageOf: [
		async ({ browser }, use) => {
			const pages = new Map<boolean, Page>();
			await use(async (scripts: boolean) => {
				const page = pages.get(scripts) ?? (await openPage(browser, scripts, 'block'));
				pages.set(scripts, page);
				return page;
			});
			for (const page of pages.values()) await page.context().close();
		},
		{ scope: 'worker' }
	]
});

async function openPage(browser: Browser, scripts: boolean, serviceWorkers: 'allow' | 'block'): Promise<Page> {
	const context = await browser.newContext({
		colorScheme: schemeOf(scripts),
		// No transition must run during the check.
		reducedMotion: 'reduce',
		serviceWorkers,
		// axe is a script: a page without one is loaded while scripts are off, and checked while they are on.
		javaScriptEnabled: true
	});
	return context.newPage();
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** Turns the scripts of pages on or off. Scripts are off while any session says so: each page has one. */
async function switchScripts(page: Page, on: boolean): Promise<void> {
	const session = sessions.get(page) ?? page.context().newCDPSession(page);
	sessions.set(page, session);
	await (await session).send('Emulation.setScriptExecutionDisabled', { value: !on });
}

const schemeOf = (scripts: boolean) => (scripts ? 'light' : 'dark');

/** Makes a page like a new one. */
async function reset(page: Page, scripts: boolean): Promise<void> {
	// A page of the same origin without the app, which would store a draft when it is left.
	await page.goto(new URL('/healthz', page.url()).href);
	await page.evaluate(() => {
		localStorage.clear();
		sessionStorage.clear();
	});
	await page.context().clearCookies();
	await page.mouse.move(0, 0);
	await page.setViewportSize({ width: 1280, height: 720 });
	await page.emulateMedia({ colorScheme: schemeOf(scripts) });
}

async function findings(page: Page, options: RunOptions): Promise<string[]> {
	const { violations } = await page.evaluate(
		(options) => (window as unknown as { axe: { run: (options: RunOptions) => Promise<AxeResults> } }).axe.run(options),
		options
	);
	return violations.flatMap(({ id, impact, nodes }) =>
		nodes.map(({ target, failureSummary }) => `${impact} ${id}: ${target.join(' ')}\n${failureSummary}`)
	);
}

for (const { name, needsScript, leavesTraces, show } of STATES) {
	test(`axe finds nothing, and nothing is cut off at 400 %: ${name}`, async ({ browser, pageOf, world, scripts }) => {
		test.skip(!scripts && !!needsScript, 'there is no such state without a script');
		const page = leavesTraces ? await openPage(browser, scripts, 'allow') : await pageOf(scripts);
		if (!scripts) await switchScripts(page, false);
		await show({ page, world, scripts });
		// A state may appear before its style has loaded.
		await page.waitForLoadState();
		if (!scripts) await switchScripts(page, true);
		await page.evaluate(AXE);
		const found = await findings(page, ALL);
		if (needsScript) {
			await page.emulateMedia({ colorScheme: 'dark' });
			found.push(...(await findings(page, COLOURS)).map((finding) => `dark: ${finding}`));
		}
		expect(found).toEqual([]);
		// 1,280 × 1,024 at 400 %: WCAG 1.4.10.
		await page.setViewportSize({ width: 320, height: 256 });
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
		if (leavesTraces) await page.context().close();
		else await reset(page, scripts);
	});
}
