import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { QUICK_EMOJI } from '../chat/messages/reaction.ts';
import { HUES } from './people/avatar-look.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
const declared = new Map(
	[...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name ?? '', value ?? ''])
);

/** The colour of a name in a theme, as `#rrggbb`. */
function colour(name: string, theme: 'light' | 'dark'): string {
	const value = declared.get(name) ?? '';
	const [, alias] = /^var\((--[\w-]+)\)$/.exec(value) ?? [];
	if (alias) return colour(alias, theme);
	const [, light, dark] = /^light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)$/.exec(value) ?? [];
	const found = theme === 'light' ? light : dark;
	if (!found) throw new Error(`${name} is no colour: ${value}`);
	return found;
}

/** Relative luminance and contrast as defined by WCAG 2.2. */
function luminance(hex: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5]
		.map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
		.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string, other: string): number {
	const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}

const inks = ['--text', '--text-muted', '--accent', '--danger'];
const surfaces = ['--surface', '--surface-hover', '--surface-marked', '--surface-warning'];
const written: [ink: string, surface: string][] = [
	...inks.flatMap((ink) => surfaces.map((surface): [string, string] => [ink, surface])),
	...['--text', '--text-muted', '--accent'].flatMap((ink) =>
		['--surface-side', '--surface-side-hover'].map((surface): [string, string] => [ink, surface])
	),
	['--on-accent', '--accent'],
	['--on-selected', '--surface-selected'],
	['--on-warm', '--warm'],
	['--on-selection', '--selection'],
	...Array.from({ length: HUES }, (_, hue): [string, string] => [`--person-${hue}-ink`, `--person-${hue}`])
];
const edges: [line: string, surface: string][] = [
	['--field-edge', '--surface'],
	['--focus', '--surface'],
	['--focus', '--surface-marked'],
	['--focus', '--surface-side'],
	['--warm', '--surface-side'],
	['--surface-selected', '--surface-side'],
	...surfaces.map((surface): [string, string] => ['--selection', surface])
];

describe.each(['light', 'dark'] as const)('colours of the %s theme', (theme) => {
	test.each(written)('%s has text contrast on %s', (ink, surface) => {
		expect(contrast(colour(ink, theme), colour(surface, theme))).toBeGreaterThanOrEqual(4.5);
	});

	test.each(edges)('%s has contrast for shapes on %s', (line, surface) => {
		expect(contrast(colour(line, theme), colour(surface, theme))).toBeGreaterThanOrEqual(3);
	});

	test('selected text has the colours of a selection', () => {
		const base = readFileSync(new URL('./base.css', import.meta.url), 'utf8');
		expect(
			/::selection \{([^}]*)\}/
				.exec(base)?.[1]
				?.trim()
				.split(/\s*;\s*/)
		).toEqual(['background: var(--selection)', 'color: var(--on-selection)', '']);
	});

	test('the theme colour of the document is the colour of the page', () => {
		const document = readFileSync(new URL('../../app.html', import.meta.url), 'utf8');
		expect(document).toContain(`content="${colour('--surface', theme)}" media="(prefers-color-scheme: ${theme})"`);
	});
});

describe('the emoji font', () => {
	const [face = ''] = /@font-face \{[^}]*\}/.exec(css) ?? [];
	const [, range = ''] = /unicode-range:([^;]+);/.exec(face) ?? [];
	const ranges = range.split(',').map((part) => {
		const [first = NaN, last = first] = part
			.trim()
			.slice('U+'.length)
			.split('-')
			.map((hex) => parseInt(hex, 16));
		return { first, last };
	});
	const holds = (character: string) => {
		const code = character.codePointAt(0) ?? NaN;
		return ranges.some(({ first, last }) => first <= code && code <= last);
	};

	test('the emoji font is the first font of every stack', () => {
		const stacks = [...declared].filter(([name]) => name.startsWith('--font-'));
		expect(stacks.map(([name]) => name)).toEqual(['--font-text', '--font-title', '--font-code']);
		for (const [, stack] of stacks) expect(stack.trim()).toMatch(/^Emoji, /);
	});

	test('the emoji font is a device font: nothing is fetched', () => {
		expect(face).toContain("local('Noto Color Emoji')");
		expect(css).not.toContain('url(');
	});

	test('the emoji font draws all characters that are emoji by themselves, and the heart of the reactions', () => {
		const all = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code));
		expect(all.filter((each) => /\p{Emoji_Presentation}/u.test(each) && !holds(each))).toEqual([]);
		for (const emoji of QUICK_EMOJI) expect([...emoji].filter((each) => !holds(each))).toEqual([]);
	});

	test('the emoji font draws no ASCII, no letters and no signs of text', () => {
		const text = Array.from({ length: 0x2000 }, (_, code) => String.fromCodePoint(code));
		expect([...text, ...'™ℹ←↑→↓↔↩➡✓✔✗☺♀♂'].filter(holds)).toEqual([]);
	});
});

describe('styles of components say by a token', () => {
	const src = fileURLToPath(new URL('../../', import.meta.url));
	const styles = readdirSync(src, { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith('.svelte'))
		.map((path) => {
			const [, style = ''] = /<style>(.*)<\/style>/s.exec(readFileSync(src + path, 'utf8')) ?? [];
			// A condition cannot read a token.
			return { path: path.replaceAll('\\', '/'), style: style.replaceAll(/\/\*.*?\*\/|@(media|container)[^{]*/gs, '') };
		});
	const found = (raw: RegExp) =>
		styles.flatMap(({ path, style }) => (style.match(raw) ?? []).map((value) => `${path}: ${value}`));

	test('every colour', () => {
		expect(found(/#[\da-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|light-dark)\(/gi)).toEqual([]);
		expect(found(/(?<![\w-])(?:white|black|gr[ae]y|red|green|blue|orange|yellow)(?![\w-])/gi)).toEqual([]);
	});

	test('every duration', () => {
		expect(found(/\b[\d.]+m?s\b/g)).toEqual([]);
	});

	test('every size of a control, a page of operators and the help', () => {
		const sizes = found(/\b[\d.]+rem\b/g);
		expect(sizes.filter((each) => /^(lib[/]ui[/](kit|people)|routes[/](help|operator|people))[/]/.test(each))).toEqual(
			[]
		);
	});
});

test('icons, which cannot read tokens, repeat their colours', () => {
	const icons = ['../../../static/favicon.svg', './rooms/tab-badge.ts'].map((file) =>
		readFileSync(new URL(file, import.meta.url), 'utf8')
	);
	const colours = icons.join('').match(/#[\da-f]{6}/g) ?? [];
	expect(colours).not.toEqual([]);
	for (const each of colours) expect([...declared.values()].join(' ')).toContain(each);
});

describe('the fonts', () => {
	const faces =
		readFileSync(new URL('./fonts/fonts.css', import.meta.url), 'utf8').match(/@font-face \{[^}]*\}/g) ?? [];

	test('two fonts, together at most 80 kB, that move no text', () => {
		expect(faces).toHaveLength(2);
		const files = faces.map((face) => /url\('(.*?)'\)/.exec(face)?.[1] ?? '');
		const sizes = files.map((file) => readFileSync(new URL(`./fonts/${file}`, import.meta.url)).length);
		expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(80_000);
		for (const face of faces) expect(face).toContain('font-display: optional');
	});

	test('the stacks name them, and what stands in for them', () => {
		const stacks = faces.map((face) => {
			const [name = ''] = /'.*?'/.exec(face) ?? [];
			return [...declared.values()].filter((value) => value.includes(name));
		});
		expect(stacks).toEqual([[expect.stringContaining('system-ui')], [expect.stringContaining('ui-serif')]]);
	});
});
