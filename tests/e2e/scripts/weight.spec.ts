/** Download size and layout shift of a room's page. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { basename } from 'node:path';
import type { Page } from 'playwright/test';
import {
	connection,
	createRoom,
	expect,
	fresh,
	join,
	line,
	log,
	message,
	messages,
	open,
	say,
	signIn,
	test
} from '../test.ts';

/** Limits for the first load of a room, in bytes of gzip. */
const JAVASCRIPT = 57_000;
const CSS = 14 * 1_024;
/** In bytes of WOFF2, of two files. */
const FONTS = 80_000;
/** Cumulative layout shift. web.dev calls 0.1 good. */
const SHIFT = 0.02;

/** A room's dynamic imports in the build's manifest: source name to file. */
function later(): Map<string, string> {
	interface Chunk {
		name?: string;
		file: string;
		dynamicImports?: string[];
	}
	const path = new URL('../../../.svelte-kit/output/client/.vite/manifest.json', import.meta.url);
	const chunks = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Chunk>;
	const wanted = Object.values(chunks).find(({ name }) => name === 'room')?.dynamicImports ?? [];
	const sourceOf = (key: string) => (key.startsWith('_') ? chunks[key]?.name : basename(key)) ?? key;
	// Route nodes are not lazy parts.
	const parts = wanted.filter((key) => !key.includes('/nodes/'));
	return new Map(parts.map((key) => [sourceOf(key).split('.')[0] ?? '', `/${chunks[key]?.file}`]));
}

/** Parts that a page does not load without a gesture, an unread message or a new message. */
const LAZY = [
	'MessageActions',
	'ScrollController',
	'TypingIndicator',
	'ComposerAids',
	'text-tools',
	'send',
	'room-list',
	'EmojiPicker',
	'answered',
	'ReadTracker',
	'markup',
	'message-sound',
	'tab-badge',
	'keyboard',
	'JoinRoom',
	'EmptyRoom',
	'devalue',
	'ReplyCard',
	'quick-switch',
	'RoomFiles',
	'Tray',
	'UploadedFiles',
	'DropTarget'
];

/** Bytes of the gzip answer. Requests the file itself, so that files in the browser cache count as well. */
async function sent(url: string): Promise<number> {
	const { promise, resolve, reject } = Promise.withResolvers<number>();
	get(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
		let bytes = 0;
		response.on('data', (chunk: Buffer) => (bytes += chunk.length));
		response.on('end', () => resolve(bytes));
		response.on('error', reject);
	}).on('error', reject);
	return promise;
}

test('the room page loads at most 57 kB of JavaScript, 14 KiB of CSS and two fonts of 80 kB, no zod, and no lazy part', async ({
	page,
	scripts
}, info) => {
	test.skip(!scripts, 'without scripts there is nothing to weigh');
	await open(page, '/', scripts);
	await join(page, fresh('Ada'));
	await createRoom(page, fresh('Scales'));
	await say(page, 'Twelve grams.');

	const loaded = new Map<string, string>();
	// Requests of the earlier visit do not count.
	page.on('request', (request) => request.isNavigationRequest() && loaded.clear());
	page.on('response', (response) => {
		const type = response.request().resourceType();
		if (type === 'script' || type === 'stylesheet' || type === 'font') loaded.set(response.url(), type);
	});
	// A pointer over a link would preload the link's page: rest it on the empty log.
	await page.mouse.move(900, 300);
	const heard = page.waitForResponse(/[/]here$/);
	await page.reload();
	await expect(page.getByRole('status').first()).toHaveText('Live');
	await expect(log(page)).toBeVisible();
	// Include the code that loads with presence.
	await heard;
	await page.waitForLoadState('networkidle');

	const weigh = async (wanted: string) => {
		const files = [...loaded].flatMap(([url, type]) => (type === wanted ? [url] : []));
		const sizes = await Promise.all(files.map(sent));
		const bodies = await Promise.all(files.map(async (url) => (await fetch(url)).text()));
		return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0), bodies };
	};
	const javascript = await weigh('script');
	const css = await weigh('stylesheet');
	const fonts = await weigh('font');
	info.annotations.push({
		type: 'weight',
		description: `${javascript.bytes} B JavaScript in ${javascript.files} files, ${css.bytes} B CSS in ${css.files} files, ${fonts.bytes} B in ${fonts.files} fonts`
	});
	console.log(info.annotations.at(-1)?.description);
	expect(javascript.files).toBeGreaterThan(0);
	expect(javascript.bytes).toBeLessThanOrEqual(JAVASCRIPT);
	expect(css.bytes).toBeLessThanOrEqual(CSS);
	// Neither zod nor the reader of SvelteKit's data, which comes with the first data.
	for (const body of javascript.bodies) expect(body).not.toMatch(/ZodError|_zod\b|Invalid input/);
	expect(fonts.files).toBeGreaterThan(0);
	expect(fonts.files).toBeLessThanOrEqual(2);
	expect(fonts.bytes).toBeLessThanOrEqual(FONTS);
	for (const url of loaded.keys())
		if (loaded.get(url) === 'font') expect(new URL(url).origin).toBe(new URL(page.url()).origin);
	// Text in a font of another `font-display` is missing or moves until the font has loaded.
	const faces = css.bodies.join('').match(/@font-face\s*\{[^}]*url\([^}]*\}/g) ?? [];
	expect(faces).toHaveLength(2);
	for (const face of faces) expect(face).toMatch(/font-display:\s*optional/);

	const lazy = later();
	expect([...lazy.keys()]).toEqual(expect.arrayContaining(LAZY));
	const paths = [...loaded.keys()].map((url) => new URL(url).pathname);
	expect([...lazy].filter(([, path]) => paths.includes(path))).toEqual([]);
});

/** A layout shift and its sources. */
interface Shift {
	value: number;
	what: string;
}

async function watchShifts(page: Page): Promise<() => Promise<Shift[]>> {
	await page.addInitScript(() => {
		interface Entry extends PerformanceEntry {
			value: number;
			sources: { node: Node | null }[];
		}
		const shifts = ((window as unknown as { shifts: Shift[] }).shifts = []) as Shift[];
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries() as Entry[]) {
				const what = entry.sources.map(({ node }) => node?.textContent?.trim().slice(0, 40)).join(' | ');
				shifts.push({ value: entry.value, what });
			}
		}).observe({ type: 'layout-shift', buffered: true });
	});
	return async () => {
		await painted(page);
		return page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
	};
}

const painted = (page: Page) =>
	page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

for (const width of [360, 1_280]) {
	test(`a room’s layout does not shift during hydration and live events, ${width} pixels wide`, async ({
		page,
		someone
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		for (let n = 1; n <= 50; n++) await (n % 7 < 4 ? ada : grace).say(kitchen, line(n).repeat(1 + (n % 5) * 4));

		await page.setViewportSize({ width, height: 800 });
		const shifts = await watchShifts(page);
		await signIn(page, ada);
		const { promise, resolve: letGo } = Promise.withResolvers<void>();
		await page.route('**/_app/immutable/**/*.js', async (route) => {
			await promise;
			await route.continue();
		});
		await page.goto(kitchen, { waitUntil: 'commit' });
		// Do not query the page before its style has loaded: a query forces a layout, which would count as a shift.
		await page.waitForFunction(() => {
			const styles = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')];
			return document.readyState !== 'loading' && styles.every(({ sheet }) => sheet);
		});
		await expect(message(page, line(50))).toBeVisible();
		await painted(page);
		// Discard shifts before the first paint: a query of the test may have forced an early layout.
		await page.evaluate(() => void ((window as unknown as { shifts: Shift[] }).shifts.length = 0));
		letGo();
		await expect(connection(page)).toHaveText('Live');

		await grace.say(kitchen, 'Tea?', 'Soup?');
		await expect(message(page, 'Soup?')).toBeVisible();
		await grace.post(`${kitchen}?/react`, { reaction: '48 🎉 on' });
		await expect(messages(page).filter({ hasText: '🎉' })).toBeVisible();
		await grace.post(`${kitchen}?/edit`, { n: '51', message: 'Tea!' });
		await expect(message(page, 'Tea!')).toBeVisible();

		const moved = await shifts();
		const sum = moved.reduce((sum, { value }) => sum + value, 0);
		expect(sum, JSON.stringify(moved)).toBeLessThanOrEqual(SHIFT);
	});
}
