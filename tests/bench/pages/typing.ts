/** What a letter costs a page's main thread among as many messages as a page holds, on a processor four times as slow. */
import { chromium } from 'playwright';
import { MOST_SHOWN } from '../../../src/lib/chat/limits.ts';
import { ensureBrowser } from '../../support/browser.ts';
import { watchBusyPage } from '../../support/busy-page.ts';
import { startProduct } from '../product.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder } from '../scratch.ts';
import { openRoom, scrollUp, SLOWER_PROCESSOR } from './opened-room.ts';
import { furnish } from './past.ts';

/** More than a page holds. */
const PAST = 1_000;
/** Between two letters. */
const PAUSE_MS = 150;
const FRAME_MS = 16;

export async function typing({ typing: { letters, rounds } }: Scale): Promise<Row[]> {
	const folder = freshFolder();
	const { path, session } = await furnish(folder, PAST);
	const product = await startProduct(folder);
	const browser = await chromium.launch({ executablePath: ensureBrowser() });
	try {
		const page = await openRoom(browser, product.url + path, session);
		await scrollUp(page);
		const cdp = await page.context().newCDPSession(page);
		await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_PROCESSOR });
		const box = page.getByRole('textbox', { name: 'Message', exact: true });
		await box.click();
		const measured: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			const still = await worked(() => page.waitForTimeout(letters * PAUSE_MS));
			const typed = await worked(() =>
				page.keyboard.type('abc de '.repeat(letters).slice(0, letters), { delay: PAUSE_MS })
			);
			// The first round compiles and loads.
			if (round > 0) measured.push((typed - still) / letters);
			await box.fill('');
		}
		const shown = await page.locator('article[id]').count();
		if (shown !== MOST_SHOWN) throw new Error(`The page shows ${shown} messages, and not ${MOST_SHOWN}`);
		async function worked(act: () => Promise<unknown>) {
			const stop = await watchBusyPage(page);
			await act();
			return (await stop()).worked;
		}
		return [
			{
				what: `typing among ${MOST_SHOWN} messages, 4 × slower CPU: main thread a letter`,
				a: { name: 'page', rounds: measured, unit: 'ms' },
				b: { name: 'a frame', rounds: measured.map(() => FRAME_MS), unit: 'ms' },
				goal: { atMost: 1 }
			}
		];
	} finally {
		await browser.close();
		await product.end();
	}
}
