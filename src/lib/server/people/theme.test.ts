import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { themed } from './theme.ts';

const document = readFileSync(new URL('../../../app.html', import.meta.url), 'utf8');
const colours = (html: string) =>
	[...html.matchAll(/name="theme-color" content="(#\w+)" media="([^"]+)"/g)].map(([, colour, media]) => [
		colour,
		media
	]);

test('the document of a reader without a chosen theme follows the device', () => {
	expect(themed(document, 'system')).toBe(document);
	expect(document).toContain('<html lang="en" data-theme="system">');
});

test('a chosen theme is set in the document and in the theme colours of the browser', () => {
	const dark = themed(document, 'dark');
	expect(dark).toContain('<html lang="en" data-theme="dark">');
	expect(dark).toContain('name="color-scheme" content="dark"');
	expect(colours(dark)).toEqual([
		['#fbf9f5', 'not all'],
		['#1a1713', 'all']
	]);
	expect(colours(themed(document, 'light'))).toEqual([
		['#fbf9f5', 'all'],
		['#1a1713', 'not all']
	]);
});
