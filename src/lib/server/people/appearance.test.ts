import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chosenOr, type Appearance } from '../../chat/people/appearance.ts';
import { withAppearance } from './appearance.ts';

const document = readFileSync(new URL('../../../app.html', import.meta.url), 'utf8');
const colours = (html: string) =>
	[...html.matchAll(/name="theme-color" content="(#\w+)" media="([^"]+)"/g)].map(([, colour, media]) => [
		colour,
		media
	]);
const DEFAULT: Appearance = { theme: 'system', density: 'comfortable', layout: 'system', motion: 'system' };

test('the document of a reader who chose nothing follows the device', () => {
	expect(withAppearance(document, DEFAULT)).toBe(document);
	expect(document).toContain('<html lang="en" data-theme="system">');
});

test('a chosen theme is set in the document and in the theme colours of the browser', () => {
	const dark = withAppearance(document, { ...DEFAULT, theme: 'dark' });
	expect(dark).toContain('<html lang="en" data-theme="dark">');
	expect(dark).toContain('name="color-scheme" content="dark"');
	expect(colours(dark)).toEqual([
		['#fbf9f5', 'not all'],
		['#1a1713', 'all']
	]);
	expect(colours(withAppearance(document, { ...DEFAULT, theme: 'light' }))).toEqual([
		['#fbf9f5', 'all'],
		['#1a1713', 'not all']
	]);
});

test('other choices than the theme are set beside it, and leave the colours to the device', () => {
	const compact = withAppearance(document, { ...DEFAULT, density: 'compact', motion: 'reduced' });
	expect(compact).toContain('<html lang="en" data-theme="system" data-density="compact" data-motion="reduced">');
	expect(colours(compact)).toEqual(colours(document));
});

test('a cookie with another value counts as the default', () => {
	expect(chosenOr('density', 'compact')).toBe('compact');
	expect(chosenOr('density', '"><script>')).toBe('comfortable');
	expect(chosenOr('theme', undefined)).toBe('system');
});
