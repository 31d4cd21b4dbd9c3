/**
 * How long a page takes from a click on a room in the list to its messages, on a processor four times as slow. `BEFORE` is the folder
 * of an earlier build, which is measured in turn with this one; without it, the same room opened anew.
 */
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright';
import { PAGE } from '../../../src/lib/chat/limits.ts';
import { Person } from '../../e2e/person.ts';
import { ensureBrowser } from '../../support/browser.ts';
import { startProduct } from '../product.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder } from '../scratch.ts';
import { SLOWER_PROCESSOR } from './opened-room.ts';
import { lineOf } from './past.ts';

export async function switching({ switching: { rounds } }: Scale): Promise<Row[]> {
	const before = process.env.BEFORE;
	const ours = await startProduct(freshFolder());
	const other = before ? await startProduct(freshFolder(), {}, pathToFileURL(`${before}/index.js`)) : undefined;
	const browser = await chromium.launch({ executablePath: ensureBrowser() });
	try {
		const page = await furnished(await browser.newPage({ viewport: { width: 1280, height: 800 } }), ours.url);
		const old =
			other && (await furnished(await browser.newPage({ viewport: { width: 1280, height: 800 } }), other.url));
		const [now, then]: [number[], number[]] = [[], []];
		// The first two load what a page loads once.
		for (let round = -2; round < rounds; round++) {
			const goal = round % 2 === 0 ? 'Cellar' : 'Attic';
			const took = await click(page, goal);
			const compared = old ? await click(old, goal) : await open(page);
			if (round < 0) continue;
			now.push(took);
			then.push(compared);
		}
		return [
			{
				what: 'from a click on a room to its messages, 4 × slower CPU',
				a: { name: 'ours', rounds: now, unit: 'ms' },
				b: { name: old ? 'before' : 'opened anew', rounds: then, unit: 'ms' },
				goal: { atMost: 0.9 }
			}
		];
	} finally {
		await browser.close();
		await ours.end();
		await other?.end();
	}
}

/** The page of somebody who has read two rooms of a page of messages each. */
async function furnished(page: Page, url: string): Promise<Page> {
	const ada = await Person.join(url, 'Ada');
	for (const name of ['Attic', 'Cellar']) {
		const room = await ada.createRoom(name);
		for (let n = 1; n < PAGE; n++) await ada.say(room, lineOf(n).text);
		await ada.say(room, `The last of ${name}`);
	}
	await page.context().addCookies([ada.browserCookie(), { name: 'scripts', value: '1', url }]);
	await page.goto(`${url}/rooms/attic`);
	await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_PROCESSOR });
	return page;
}

/** Milliseconds. The pointer rests on the link for as long as a hand needs to click. */
async function click(page: Page, name: string): Promise<number> {
	const link = page.locator(`nav a[href$="/rooms/${name.toLowerCase()}"]`).first();
	await page.evaluate((last) => {
		const seen = window as unknown as { took: Promise<number> };
		seen.took = new Promise((done) => {
			addEventListener(
				'click',
				({ timeStamp }) => {
					const look = () => {
						const rows = document.querySelectorAll('[role=log] article');
						// Painted with the next frame.
						if (rows[rows.length - 1]?.textContent?.includes(last))
							requestAnimationFrame(() => setTimeout(() => done(performance.now() - timeStamp)));
						else requestAnimationFrame(look);
					};
					look();
				},
				{ once: true, capture: true }
			);
		});
	}, `The last of ${name}`);
	await link.click();
	const took = await page.evaluate(() => (window as unknown as { took: Promise<number> }).took);
	// The page asks for what is new, and marks what is seen as read.
	await page.waitForTimeout(1_500);
	return took;
}

/** Milliseconds from a reload to the messages. */
async function open(page: Page): Promise<number> {
	await page.reload();
	await page.locator('[role=log] article').last().waitFor();
	const took = await page.evaluate(() => performance.now());
	await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
	return took;
}
