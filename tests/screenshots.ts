/**
 * `npm run screenshots [folder] [part of a name]`: every state of every page at phone and desktop size, light and dark, of
 * the built app with the seeded rooms, for a person to look through; for each size and theme also one sheet with them all.
 * The README shows two of them: `room-lively`, as room-light.png and room-dark.png in tests/screenshots.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright';
import { STATES } from './fixtures/states.ts';
import { World } from './fixtures/world.ts';
import { ensureBrowser } from './support/browser.ts';

const [folder = 'test-results/screenshots', wanted = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const SIZES = {
	phone: { viewport: { width: 360, height: 740 }, columns: 6 },
	desktop: { viewport: { width: 1280, height: 800 }, columns: 4 }
};
const states = STATES.filter(({ name }) => name.includes(wanted));

const world = await World.open();
const browser = await chromium.launch({ executablePath: ensureBrowser() });
try {
	for (const [size, { viewport, columns }] of Object.entries(SIZES)) {
		for (const colorScheme of ['light', 'dark'] as const) {
			const file = (name: string) => join(folder, `${name}-${size}-${colorScheme}.png`);
			for (const { name, show } of states) {
				const context = await browser.newContext({ viewport, colorScheme, timezoneId: 'Europe/Lisbon' });
				const page = await context.newPage();
				await show({ page, world, scripts: true });
				await page.screenshot({ path: file(name) });
				await context.close();
			}
			await sheet(
				browser,
				columns,
				states.map(({ name }) => ({ name, file: file(name) })),
				file('_all')
			);
		}
	}
	console.log(`Screenshots are in ${folder}`);
} finally {
	await browser.close();
	await world.close();
}

/** All pictures of a size and theme on one. */
async function sheet(browser: Browser, columns: number, shots: { name: string; file: string }[], path: string) {
	const page = await browser.newPage({ viewport: { width: 1800, height: 900 } });
	const figures = shots.map(
		({ name, file }) =>
			`<figure><img src="${pathToFileURL(resolve(file)).href}"><figcaption>${name}</figcaption></figure>`
	);
	await page.goto(pathToFileURL(resolve(folder)).href);
	await page.setContent(
		`<style>body{display:grid;grid-template-columns:repeat(${columns},1fr);gap:12px;margin:12px;background:#888;font:14px sans-serif}figure{margin:0}img{width:100%;display:block}</style>${figures.join('')}`
	);
	await page.screenshot({ path, fullPage: true });
	await page.close();
}
