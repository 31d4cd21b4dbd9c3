/**
 * From following a link to the first message on screen, and to a first message sent, on a phone's link and processor:
 * beside the showcase's algorithm in the smallest page that does it.
 */
import { randomUUID } from 'node:crypto';
import { chromium, type Browser } from 'playwright';
import { ensureBrowser } from '../../support/browser.ts';
import { startProduct } from '../product.ts';
import { startServer } from '../programs.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder } from '../scratch.ts';
import { SLOWER_PROCESSOR } from './opened-room.ts';
import { furnish } from './past.ts';

const SHOWCASE = new URL('showcase/server.ts', import.meta.url);

/** Chromium's preset "Slow 4G": bytes a second and milliseconds, as its developer tools ask for them. */
const SLOW_4G = { offline: false, downloadThroughput: 180_000, uploadThroughput: 84_375, latency: 562.5 };

/** Milliseconds. */
const VISIT_WITHIN = 60_000;

/** Milliseconds since the link was followed, told by the page itself. */
interface Visit {
	message: number;
	sent: number;
}

/** How a page shows its messages; `sent` is one of mine that is stored. */
interface Look {
	message: string;
	sent: string;
}

const ours: Look = { message: '[role=log] article', sent: '[role=log] article:has(.when a)' };
const showcase: Look = { message: '#messages li', sent: '#messages li' };

export async function slowLink({ slowLink }: Scale): Promise<Row[]> {
	const { messages, rounds } = slowLink;
	const folder = freshFolder();
	const { path, session } = await furnish(folder, messages);
	const product = await startProduct(folder);
	const other = await startServer(SHOWCASE, { DATA_DIR: freshFolder(), MESSAGES: String(messages) });
	const browser = await chromium.launch({ executablePath: ensureBrowser() });
	try {
		const [us, them]: [Visit[], Visit[]] = [[], []];
		for (let round = 0; round < rounds; round++) {
			us.push(await visit(browser, product.url + path, ours, session));
			them.push(await visit(browser, other.url, showcase));
		}
		const what = `slow 4G, 4 × slower CPU, ${messages.toLocaleString('en')} messages`;
		const sides = (of: keyof Visit): Pick<Row, 'a' | 'b'> => ({
			a: { name: 'ours', rounds: us.map((visit) => visit[of] / 1_000), unit: 's' },
			b: { name: 'showcase', rounds: them.map((visit) => visit[of] / 1_000), unit: 's' }
		});
		return [
			{
				what: `${what}: to the first message seen`,
				...sides('message'),
				goal: { atMost: 0.5 },
				notes: [
					'The showcase is its algorithm without its framework: a page of 0.4 kB and a script of 1 kB, on our own store.'
				]
			},
			{ what: `${what}: to the first message sent`, ...sides('sent'), goal: { atMost: 0.5 } }
		];
	} finally {
		await browser.close();
		await Promise.all([product.end(), other.end()]);
	}
}

/** A first visit, with nothing in the cache, by somebody who writes as soon as it can be sent. */
async function visit(browser: Browser, url: string, look: Look, session?: string): Promise<Visit> {
	const context = await browser.newContext({ viewport: { width: 412, height: 915 } });
	try {
		if (session) {
			const cookies = { session, zone: 'Europe/Berlin', scripts: '1' };
			await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url })));
		}
		const page = await context.newPage();
		const cdp = await context.newCDPSession(page);
		await cdp.send('Network.enable');
		await cdp.send('Network.emulateNetworkConditions', SLOW_4G);
		await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_PROCESSOR });
		const { promise: visited, resolve } = Promise.withResolvers<Visit>();
		await page.exposeFunction('visited', resolve);
		await page.addInitScript(watch, { ...look, words: randomUUID() });
		await page.goto(url, { waitUntil: 'commit', timeout: VISIT_WITHIN });
		const late = setTimeout(() => void context.close(), VISIT_WITHIN).unref();
		const gone = new Promise<never>((_, reject) =>
			page.once('close', () => reject(new Error(`${url}: nothing was sent within ${VISIT_WITHIN} ms`)))
		);
		try {
			return await Promise.race([visited, gone]);
		} finally {
			clearTimeout(late);
			gone.catch(() => undefined);
		}
	} finally {
		await context.close();
	}
}

/** In the page, from before its first byte, frame by frame: also in the page that answers a form. */
function watch(look: Look & { words: string }): void {
	const { visited } = window as unknown as { visited: (visit: Visit) => void };
	const kept = JSON.parse(sessionStorage.getItem('visit') ?? '{}') as {
		began?: number;
		message?: number;
		wrote?: boolean;
	};
	kept.began ??= performance.timeOrigin;
	const now = () => performance.timeOrigin + performance.now() - kept.began!;
	const keep = () => sessionStorage.setItem('visit', JSON.stringify(kept));
	const frame = () => {
		if (kept.message === undefined && document.querySelector(look.message)) {
			kept.message = now();
			keep();
		}
		const box = document.querySelector<HTMLTextAreaElement>('textarea[name=message]');
		const button = box?.form?.querySelector<HTMLButtonElement>('button:not([disabled])');
		if (kept.message !== undefined && !kept.wrote && box && button && !box.disabled) {
			kept.wrote = true;
			keep();
			box.value = look.words;
			box.dispatchEvent(new Event('input', { bubbles: true }));
			button.click();
		}
		const mine = [...document.querySelectorAll(look.sent)].findLast((each) => each.textContent.includes(look.words));
		if (kept.wrote && mine) visited({ message: kept.message!, sent: now() });
		else requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
}
