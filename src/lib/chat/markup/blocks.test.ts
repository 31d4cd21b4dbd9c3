import { describe, expect, test } from 'vitest';
import { worked } from '../../../../tests/fixtures/worked.ts';
import { MentionMatcher } from './mention-matcher.ts';
import { markup, type Block } from './blocks.ts';
import { plain } from './plain-text.ts';
import type { Inline } from './inline-markup.ts';

const inWords = (inlineMarkup: readonly Inline[]): string =>
	inlineMarkup
		.map((word) => {
			if (word.kind === 'break') return '↵';
			if (word.kind === 'link') return `[${inWords(word.inside)}](${word.href})`;
			return 'inside' in word ? `<${word.kind}>${inWords(word.inside)}</>` : word.text;
		})
		.join('');
/** A tree in one line: `quote(text) list(-a 2.b)`. */
const drawn = (blocks: readonly Block[]): string =>
	blocks
		.map((block) => {
			switch (block.kind) {
				case 'text':
					return `${block.large ? 'large ' : ''}${inWords(block.inside)}`;
				case 'code':
					return `code${block.language ? ` ${block.language}` : ''}(${block.text.replaceAll('\n', '↵')})`;
				case 'quote':
					return `quote(${drawn(block.inside)})`;
				case 'list':
					return `list(${block.items.map(({ value, inside }) => `${value ?? '-'} ${drawn(inside)}`).join(' | ')})`;
			}
		})
		.join(' ; ');

test.each([
	['> a\n> b\nc', 'quote(a↵b) ; c'],
	['> a\n>\n> > b', 'quote(a ; quote(b))'],
	['- a\n- b', 'list(- a | - b)'],
	['* a\n- b', 'list(- a | - b)'],
	['To buy:\n- milk\n- tea\nThanks', 'To buy: ; list(- milk | - tea) ; Thanks'],
	['- a\n  - b\n    - c\n- d', 'list(- a ; list(- b ; list(- c)) | - d)'],
	['- a\n    - b', 'list(- a ; list(- b))'],
	['-\ta\n\t- b', 'list(- a ; list(- b))'],
	['- a\n  goes on', 'list(- a↵goes on)'],
	['1. a\n2) b', 'list(1 a | 2 b)'],
	['1. a\n1. b\n1. c', 'list(1 a | 2 b | 3 c)'],
	['3. a\n7. b', 'list(3 a | 7 b)'],
	['1. a\n\n2. b', 'list(1 a) ; list(2 b)'],
	['- a\n\n  still a\n\nnot a', 'list(- a↵↵still a) ; not a'],
	['- > a\n- **b**', 'list(- quote(a) | - <bold>b</>)'],
	['> - a\n> - b', 'quote(list(- a | - b))'],
	['```\na *b*\n\n c\n```', 'code(a *b*↵↵ c)'],
	['see:\n```ts\nlet a;\n```\nok', 'see: ; code ts(let a;) ; ok'],
	['````\n```\n````', 'code(```)'],
	['- a\n  ```\n  b\n\n  c\n  ```\n- d', 'list(- a ; code(b↵↵c) | - d)'],
	['> ```\n> a\n> ```', 'quote(code(a))'],
	['```const a = 1;\n\nconst b = 2;```', 'code(const a = 1;↵↵const b = 2;)'],
	['```js title=x\nlet a;\n```', 'code js(let a;)'],
	['```ts {1,3} title="a b"\nlet a;```\nok', 'code ts(let a;) ; ok'],
	['```let a;\n```', 'code(let a;)'],
	['```\nlet a;```', 'code(let a;)'],
	['```\nlet a = `b```\nlet c;\n```', 'code(let a = `b```↵let c;)'],
	['```let a;\nb```\nand\n```\nc\n```', 'code(let a;↵b) ; and ; code(c)'],
	['**a\n\nb**', '**a↵↵b**'],
	['a\r\nb\rc\u2028d', 'a↵b↵c↵d'],
	['a\n\n\nb', 'a↵↵↵b'],
	['  indented', '  indented'],
	['🎉', 'large 🎉'],
	['🎉 👩‍👩‍👧❤️‍🔥\n🇩🇪 👍🏽', 'large 🎉 👩‍👩‍👧❤️‍🔥\n🇩🇪 👍🏽'],
	['1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'large 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿']
])('%j is read as it is meant', (text, matchRooms) => {
	expect(drawn(markup(text))).toBe(matchRooms);
});

test.each([
	['>:( >_< >> shift >>> prompt'],
	['>no space'],
	['-5 degrees'],
	['- '],
	['-'],
	['* * *'],
	['- - -'],
	['---'],
	['+1'],
	['2026. What a year'],
	['1.5 litres'],
	['*waves*ing'],
	['    - four spaces are code somewhere else'],
	['```'],
	['>'],
	['> >'],
	['- >'],
	['1'],
	['™'],
	['🎉🎉🎉🎉🎉🎉'],
	['🎉 yes'],
	['—']
])('%j stays text', (text) => {
	expect(drawn(markup(text))).toBe(text);
});

test('a wrapped line that begins with a number is no list', () => {
	expect(drawn(markup('We were\n7. Then we were 8'))).toBe('We were↵7. Then we were 8');
	expect(drawn(markup('Steps:\n1. a'))).toBe('Steps: ; list(1 a)');
});

test('empty quotes and empty fences stay text', () => {
	for (const text of ['> \n>', '> > >', '```\n```', '```js\n\n```', '> ```\n> ```'])
		expect(markup(text)).toEqual([{ kind: 'text', inside: [{ kind: 'text', text }] }]);
});

test('an unclosed fence is text, and so is a fence with a sentence after it', () => {
	expect(drawn(markup('```\na\n> b'))).toBe('```↵a ; quote(b)');
	expect(drawn(markup('``` a b\nc\n```x'))).not.toMatch(/^code/);
});

test('blocks nest eight deep at most', () => {
	const depth = (blocks: readonly Block[]): number =>
		Math.max(
			0,
			...blocks.map((block) =>
				block.kind === 'quote'
					? 1 + depth(block.inside)
					: block.kind === 'list'
						? 1 + depth(block.items.flatMap(({ inside }) => inside))
						: 0
			)
		);
	expect(depth(markup('> '.repeat(500) + 'a'))).toBe(8);
	expect(depth(markup('- '.repeat(500) + 'a'))).toBe(8);
	expect(depth(markup(Array.from({ length: 60 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n')))).toBe(8);
});

/** The text without characters that may be signs. */
const letters = (text: string) => text.replace(/[\s*_~`>[\]\\()\-.\d]/g, '');
const contentOf = (inlineMarkup: readonly Inline[]): string =>
	inlineMarkup
		.map((word) =>
			'inside' in word
				? contentOf(word.inside) + (word.kind === 'link' ? word.href : '')
				: 'text' in word
					? word.text
					: ''
		)
		.join('');
const content = (blocks: readonly Block[]): string =>
	blocks
		.map((block) => {
			if (block.kind === 'code') return (block.language ?? '') + block.text;
			if (block.kind === 'text') return contentOf(block.inside);
			return block.kind === 'quote' ? content(block.inside) : block.items.map(({ inside }) => content(inside)).join('');
		})
		.join('');

test('parsing drops nothing but signs, in a thousand random texts', () => {
	const PARTS = [
		...[
			'*',
			'**',
			'_',
			'~~',
			'`',
			'``',
			'```',
			'```ts',
			'[',
			']',
			'](/rooms/k/1)',
			'](https://e.example/a_b)',
			'> ',
			'- '
		],
		...[
			'1. ',
			'7) ',
			'  ',
			'    ',
			'\n',
			'\n\n',
			'\t',
			' ',
			'word',
			'wörd',
			'日本',
			'@Ada',
			'@',
			'https://e.example/x',
			')'
		],
		...['(', '\\', '!', ':', '🎉', 'مرحبا', '<b>', '\u202e', 'a_b', '```\n', '\n```\n']
	];
	let seed = 1;
	const random = (below: number) => {
		seed = (seed * 48_271) % 2_147_483_647;
		return seed % below;
	};
	const known = new MentionMatcher(['Ada'], 'Ada');
	for (let i = 0; i < 1_000; i++) {
		const text = Array.from({ length: 1 + random(24) }, () => PARTS[random(PARTS.length)]).join('');
		const tree = markup(text, known);
		expect(letters(content(tree)), JSON.stringify(text)).toBe(letters(text));
	}
});

describe('parsing is linear for any text', () => {
	const ADVERSARIES: [name: string, part: string, before?: string, after?: string][] = [
		['stars', '*'],
		['open stars', '*a '],
		['closing stars', ' a*', '**b'],
		['stars of all lengths', '* ** *** a '],
		['open and closing stars', '.*.'],
		['mixed signs', '*_~~a '],
		['pairs that never match', '*a _b ** c_ '],
		['nested', '**a *b ', '', ' c*'],
		['brackets', '['],
		['closing brackets', ']', '['.repeat(8_000)],
		['links', '[a](/rooms/k)'],
		['links without an end', '[a]('],
		['links in links', '[', '', 'a](/rooms/k)'.repeat(1_000)],
		['targets in brackets', '](a(b)'],
		['empty links', '[ ](/rooms/k)'],
		['addresses in brackets', '[https://a.example/'],
		['quotes', '> '],
		['lines of quotes', '> > > > > > > > > >\n'],
		['lists', '- '],
		['lists deeper and deeper', '- - - a\n  '],
		['items', '- a\n'],
		['numbers', '1. a\n2. '],
		['empty lines under an item', '\n', '- a'],
		['items with empty lines', '- a\n\n\n  b\n'],
		['spaces', ' ', '- '],
		['rules', '- * '],
		['backticks', '`'],
		['backticks of all lengths', '` `` ``` ```` a '],
		['fences', '```\n'],
		['open fences', '```a\n'],
		['fences with spaces', ' ', '```', 'x y\n'],
		['mentions', '@Ada '],
		['ats', '@'],
		['names with spaces', '@Ada     '],
		['emoji', '🎉'],
		['flags', '🇩'],
		['joined emoji', '👩‍'],
		['addresses', 'https://a.example/ '],
		['an address', 'a', 'https://'],
		['addresses without an end', 'https://a'],
		['addresses in addresses', 'http://('],
		['brackets after an address', ')', 'https://'],
		['brackets both ways', '()', 'https://a/'],
		['mail', 'mailto:a@'],
		['bare mail', 'a@'],
		['bare mail without an end', 'a@b.'],
		['a mailbox', 'a.', '', '@b'],
		['bare mail with a long end', '.b', 'a@b', '_'],
		['bare addresses', 'www.'],
		['bare addresses in addresses', 'www.a.'],
		['joiners', '\u200d', 'https://a/क'],
		['underscores after an address', '_', 'https://a/'],
		['code on fences', '```a\nb```\n'],
		['code at the ends of fences', 'a```\n'],
		['attributes', 'a=b ', '```js ', 'x\n```'],
		['full stops', '.', 'https://a'],
		['line breaks', '\n'],
		['words', 'a '],
		['a word', 'a']
	];
	const known = new MentionMatcher(['Ada', 'Ada Lovelace', 'A'], 'Ada');

	test.each(ADVERSARIES)('%s', (_, part, before = '', after = '') => {
		const time = (length: number) => {
			const text = before + part.repeat(length / part.length) + after;
			const start = worked();
			plain(text);
			markup(text, known);
			return worked() - start;
		};
		const best = (length: number) => Math.min(time(length), time(length));
		// Four times the text takes four times as long if linear, sixteen times if quadratic.
		const short = best(4_000);
		expect(best(16_000)).toBeLessThan(100 + 9 * short);
	});
});

test('a page of fifty long messages is parsed quickly', () => {
	const long = '**Soup** for @Ada:\n- [bread](https://example.org/bread) and `salt`\n> *Really?*\n\n'.repeat(25);
	const start = worked();
	for (let i = 0; i < 50; i++) markup(long, new MentionMatcher(['Ada']));
	// Measured: 15 ms.
	expect(worked() - start).toBeLessThan(1_000);
});

describe('a message of too many elements', () => {
	test.each([
		['lists in lists', '- - - - a\n'.repeat(200)],
		['items with a mention', '- @Ada\n'.repeat(280)],
		['mentions', '@Ada '.repeat(400)],
		['italic words', '*a* '.repeat(500)]
	])('is text as it was typed: %s', (_, text) => {
		expect(markup(text, new MentionMatcher(['Ada']))).toEqual([{ kind: 'text', inside: [{ kind: 'text', text }] }]);
	});

	test('has more than eighty items with bold words', () => {
		const [list] = markup('- **bread** and @Ada\n'.repeat(60) + '- salt\n'.repeat(20), new MentionMatcher(['Ada']));
		expect(list).toMatchObject({ kind: 'list', items: { length: 80 } });
	});

	test('is detected before names are searched in its paragraphs', () => {
		const known = new MentionMatcher(Array.from({ length: 50 }, (_, i) => `a${i}`));
		const start = worked();
		for (let i = 0; i < 50; i++) markup('- @a\n'.repeat(400), known);
		// Measured: 25 ms; looking for the names took 700.
		expect(worked() - start).toBeLessThan(350);
	});
});

describe('plain text on one line', () => {
	test.each([
		['**Soup** is *on*, [here](https://example.org) `now`', 'Soup is on, here now'],
		['To buy:\n- milk\n- tea', 'To buy: - milk - tea'],
		['1. a\n2. b', '1. a 2. b'],
		['```ts\nlet a;\n```', 'let a;'],
		['> [Ada](/rooms/kitchen/12): soup?\nYes!', 'Yes!'],
		['> only quoted', 'only quoted'],
		['>', '>'],
		['> >\n>', '> > >'],
		['```\n\n```', '``` ```'],
		['> a\n```\n```', 'a'],
		['a\n\nb', 'a b'],
		['@Ada 🎉', '@Ada 🎉']
	])('%j says %j', (text, line) => {
		expect(plain(text)).toBe(line);
	});
});
