/** `npm run icons`: draws the icons of an installed Parley from static/favicon.svg. They are committed as they are. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { ensureBrowser } from './support/browser.ts';

const STATIC = new URL('../static/', import.meta.url);
const svg = readFileSync(new URL('favicon.svg', STATIC), 'utf8');

/** Phones cut their own shape out of these: the colour goes to the edges, and the mark stays within the middle. */
const full = svg.replace('rx="8"', '').replace('translate(1.6 5.2) scale(.9)', 'translate(4.8 7.6) scale(.7)');

const ICONS = [
	{ file: '192.png', size: 192, drawn: svg },
	{ file: '512.png', size: 512, drawn: svg },
	{ file: 'maskable.png', size: 512, drawn: full },
	{ file: 'apple.png', size: 180, drawn: full }
];

const browser = await chromium.launch({ executablePath: ensureBrowser() });
try {
	const page = await browser.newPage();
	for (const { file, size, drawn } of ICONS) {
		await page.setViewportSize({ width: size, height: size });
		await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawn}`);
		await page.screenshot({ path: fileURLToPath(new URL(`icons/${file}`, STATIC)), omitBackground: true });
	}
} finally {
	await browser.close();
}
