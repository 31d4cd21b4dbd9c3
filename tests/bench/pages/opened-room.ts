/** A room that a reader has opened in Chromium. */
import type { Browser, Page } from 'playwright';
import { MOST_SHOWN, PAGE } from '../../../src/lib/chat/limits.ts';

/** As Lighthouse slows a processor for a phone's. */
export const SLOWER_PROCESSOR = 4;

/** For a page to open, and to show the last message once it was sent. */
const TIMEOUT_MS = 120_000;

/** The page is live. */
export async function openRoom(browser: Browser, url: string, session: string): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
	const cookies = { session, zone: 'Europe/Berlin', scripts: '1' };
	await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url })));
	const page = await context.newPage();
	page.setDefaultTimeout(TIMEOUT_MS);
	await page.goto(url);
	await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
	return page;
}

/** Until the page holds as many rows as it ever does, a page at a time; then back to where what comes is still put in below. */
export async function scrollUp(page: Page): Promise<void> {
	const rows = page.locator('article[id]');
	for (let count = await rows.count(); count < MOST_SHOWN; count += PAGE) {
		await page.locator('.scroller').evaluate((view) => view.scrollTo({ top: -view.scrollHeight }));
		await rows.nth(count + PAGE - 1).waitFor({ state: 'attached' });
	}
	await rows.nth(MOST_SHOWN * 0.8).evaluate((row) => row.scrollIntoView());
}
