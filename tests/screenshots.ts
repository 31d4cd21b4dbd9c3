/**
 * `npm run screenshots -- [folder] [part of a name] [--plain | --scripts] [--size phone]…`: every state of every page, of the
 * built app with the seeded rooms, for a person to look through: in four sizes, light and dark, with a script and without
 * one (`-plain`). Sheets (`_sheet-…`) show two dozen pictures of a kind at once. A state is shown once, and its window is
 * resized for the pictures. The README shows two of them: `room-lively`, as room-light.png and room-dark.png in
 * tests/screenshots.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { STATES, type State } from './fixtures/states.ts';
import { World } from './fixtures/world.ts';
import { ensureBrowser } from './support/browser.ts';

const SIZES = {
	desktop: { viewport: { width: 1280, height: 800 }, columns: 4 },
	wide: { viewport: { width: 1920, height: 1080 }, columns: 4 },
	tablet: { viewport: { width: 768, height: 1024 }, columns: 6 },
	phone: { viewport: { width: 360, height: 740 }, columns: 8 }
};
type Size = keyof typeof SIZES;
const SCHEMES = ['light', 'dark'] as const;
type Scheme = (typeof SCHEMES)[number];

/** States that are shown at the same time. */
const AT_ONCE = 3;
/** Pictures of one sheet: a browser holds them all, as they are. */
const ON_A_SHEET = 24;
/** In milliseconds, of each step that leads to a state. */
const PATIENCE = 30_000;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		plain: { type: 'boolean', default: false },
		scripts: { type: 'boolean', default: false },
		size: { type: 'string', multiple: true, default: Object.keys(SIZES) }
	}
});
const [folder = 'test-results/screenshots', wanted = ''] = positionals;
const isSize = (size: string): size is Size => size in SIZES;
const sizes = values.size.filter(isSize);
if (sizes.length < values.size.length) throw new Error(`Sizes are ${Object.keys(SIZES).join(', ')}`);
/** Whether scripts run. */
const modes = [true, false].filter((scripts) => values.scripts === values.plain || values.scripts === scripts);

mkdirSync(folder, { recursive: true });
const fileOf = (name: string, size: Size, scheme: Scheme, scripts: boolean) =>
	join(folder, `${name}-${size}-${scheme}${scripts ? '' : '-plain'}.png`);

const failed: string[] = [];
const world = await World.open();
const browser = await chromium.launch({ executablePath: ensureBrowser() });
try {
	for (const scripts of modes) {
		const states = STATES.filter(({ name, needsScript }) => name.includes(wanted) && (scripts || !needsScript));
		const rest = [...states];
		const one = async () => {
			for (let state = rest.shift(); state; state = rest.shift())
				await takePictures(state, scripts).catch((error: unknown) => failed.push(`${state?.name}: ${String(error)}`));
		};
		await Promise.all(Array.from({ length: AT_ONCE }, one));
		const shown = states.filter(({ name }) => !failed.some((each) => each.startsWith(`${name}: `)));
		for (const size of sizes) for (const scheme of SCHEMES) await drawSheets(shown, size, scheme, scripts);
	}
} finally {
	await browser.close();
	await world.close();
}
console.log(`Screenshots are in ${folder}`);
if (failed.length > 0) {
	console.error(`States that did not show:\n${failed.join('\n')}`);
	process.exitCode = 1;
}

async function takePictures({ name, show, isLong }: State, scripts: boolean): Promise<void> {
	const context = await browser.newContext({
		viewport: SIZES.desktop.viewport,
		timezoneId: 'Europe/Lisbon',
		// A transition would show half of a change.
		reducedMotion: 'reduce',
		javaScriptEnabled: scripts
	});
	try {
		const page = await context.newPage();
		page.setDefaultTimeout(PATIENCE);
		// A page shows only the fonts that are there at its first paint: the browser keeps them from this page on.
		await page.goto(`${world.url}/help`);
		await page.evaluate(() => document.fonts.ready.then(() => undefined));
		await show({ page, world, scripts });
		for (const size of sizes) {
			await page.setViewportSize(SIZES[size].viewport);
			for (const scheme of SCHEMES) {
				await page.emulateMedia({ colorScheme: scheme });
				await page.screenshot({ path: fileOf(name, size, scheme, scripts), fullPage: !!isLong });
			}
		}
	} finally {
		await context.close();
	}
}

async function drawSheets(states: readonly State[], size: Size, scheme: Scheme, scripts: boolean): Promise<void> {
	const { viewport, columns } = SIZES[size];
	for (let from = 0; from < states.length; from += ON_A_SHEET) {
		const figures = states.slice(from, from + ON_A_SHEET).map(({ name }) => {
			const { href } = pathToFileURL(resolve(fileOf(name, size, scheme, scripts)));
			return `<figure><img src="${href}"><figcaption>${name}</figcaption></figure>`;
		});
		const page = await browser.newPage({ viewport: { width: 1800, height: 900 } });
		await page.goto(pathToFileURL(resolve(folder)).href);
		await page.setContent(
			`<style>body{display:grid;grid-template-columns:repeat(${columns},1fr);gap:12px;margin:12px;background:#888;font:14px sans-serif}figure{margin:0}img{width:100%;aspect-ratio:${viewport.width}/${viewport.height};object-fit:cover;object-position:top;display:block}</style>${figures.join('')}`
		);
		await page.screenshot({
			path: fileOf(`_sheet-${from / ON_A_SHEET + 1}`, size, scheme, scripts),
			fullPage: true
		});
		await page.close();
	}
}
