/**
 * Whether a page keeps up with a room in which many people write at once: how much of the time its main thread is busy,
 * and its longest task, for a reader at the newest message and for one who has scrolled up among as many rows as a page
 * holds. Nothing may be missed, whatever it costs.
 */
import { chromium, type Browser, type Page } from 'playwright';
import { MOST_SHOWN } from '../../../src/lib/chat/limits.ts';
import { Person } from '../../e2e/person.ts';
import { ensureBrowser } from '../../support/browser.ts';
import { sayAtRate, watchBusyPage, type Busy } from '../../support/busy-page.ts';
import { startProduct } from '../product.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder } from '../scratch.ts';
import { openRoom, scrollUp } from './opened-room.ts';
import { furnish, lineOf } from './past.ts';

/** Before the page is opened: more than a page holds. */
const PAST = 1_000;

/** Where a reader is while the others write. */
type Place = 'live edge' | 'scrolled up';

export async function busyRoom({ busyRoom }: Scale): Promise<Row[]> {
	const { people, perSecond, seconds, rounds } = busyRoom;
	const measured: { [place in Place]: Busy[] } = { 'live edge': [], 'scrolled up': [] };
	const folder = freshFolder();
	const { path } = await furnish(folder, PAST);
	const product = await startProduct(folder);
	const browser = await chromium.launch({ executablePath: ensureBrowser() });
	try {
		const writers = await Promise.all(
			Array.from({ length: people }, (_, i) => Person.join(product.url, `Writer ${i + 1}`))
		);
		const write = () => sayAtRate(writers, path, { perSecond, seconds }, (i) => lineOf(i).text);
		for (let round = 0; round < rounds; round++) {
			for (const place of ['live edge', 'scrolled up'] as const) {
				// On a first visit a room opens at its newest message, later at the first unread one.
				const { session } = await Person.join(product.url, `Reader ${round + 1}, ${place}`);
				measured[place].push(await read(browser, product.url + path, session, place, write));
			}
		}
	} finally {
		await browser.close();
		await product.end();
	}
	return (['live edge', 'scrolled up'] as const).flatMap((place) => rowsOf(place, measured[place], perSecond));
}

/** A reader's page while `write` goes on. */
async function read(
	browser: Browser,
	url: string,
	session: string,
	place: Place,
	write: () => Promise<number>
): Promise<Busy> {
	const page = await openRoom(browser, url, session);
	try {
		const last = await lastShown(page);
		if (place === 'scrolled up') await scrollUp(page);
		const stop = await watchBusyPage(page);
		const end = last + (await write());
		if (place === 'live edge') await page.locator(`#m-${end}`).waitFor();
		const busy = await stop();
		if (place === 'scrolled up') {
			await page.locator('[aria-keyshortcuts=End]').click();
			await page.locator(`#m-${end}`).waitFor();
		}
		await expectAll(page, busy, place === 'live edge' ? last + 1 : undefined, end);
		return busy;
	} finally {
		await page.context().close();
	}
}

const lastShown = (page: Page) =>
	page
		.locator('article[id]')
		.last()
		.evaluate(({ id }) => Number(id.slice(2)));

/** Each was put in once, in order, and they end the room now. */
async function expectAll(page: Page, { shown }: Busy, from: number | undefined, end: number): Promise<void> {
	const expected = from === undefined ? [] : Array.from({ length: end - from + 1 }, (_, i) => from + i);
	if (from !== undefined && shown.join() !== expected.join())
		throw new Error(`Of the messages ${from} to ${end} the page showed ${shown.length}: ${shown.join(' ')}`);
	const numbers = await page.locator('article[id]').evaluateAll((rows) => rows.map(({ id }) => Number(id.slice(2))));
	const [first = 0] = numbers;
	if (numbers.at(-1) !== end || numbers.some((n, i) => n !== first + i))
		throw new Error(`The page ends with ${numbers.join(' ')}, and not at ${end}`);
}

function rowsOf(place: Place, runs: readonly Busy[], perSecond: number): Row[] {
	const what = `${perSecond} messages a second, ${place === 'live edge' ? 'read at the newest' : `scrolled up among ${MOST_SHOWN}`}`;
	const limit = (rounds: number, unit: string) => ({ name: 'limit', rounds: runs.map(() => rounds), unit });
	return [
		{
			what: `${what}: main thread busy`,
			a: { name: 'page', rounds: runs.map(({ share }) => share * 100), unit: '%' },
			b: limit(60, '%'),
			goal: { atMost: 1 },
			notes:
				place === 'live edge'
					? [
							'Main thread busy: the part of the time in which a reader’s page has a task, in Chromium on one core of this machine.'
						]
					: undefined
		},
		{
			what: `${what}: longest task`,
			// A browser tells of none below 50 ms.
			a: { name: 'page', rounds: runs.map(({ longest }) => Math.max(longest, 50)), unit: 'ms' },
			b: limit(200, 'ms'),
			goal: { atMost: 1 }
		}
	];
}
