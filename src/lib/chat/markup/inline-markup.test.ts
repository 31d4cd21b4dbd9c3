import { describe, expect, test } from 'vitest';
import { MentionMatcher } from './mention-matcher.ts';
import { inlineMarkup, type Inline } from './inline-markup.ts';

/** Words in HTML-like notation: `<b>bold</b>`. */
const drawn = (found: readonly Inline[]): string =>
	found
		.map((word) => {
			switch (word.kind) {
				case 'text':
					return word.text;
				case 'break':
					return '↵';
				case 'code':
					return `<c>${word.text}</c>`;
				case 'mention':
					return `<${word.me ? 'me' : '@'}>${word.text}</>`;
				case 'address':
					return `<a>${word.text}</a>`;
				case 'link':
					return `<a ${word.href}>${drawn(word.inside)}</a>${word.to && ` (${word.to})`}`;
				case 'bold':
					return `<b>${drawn(word.inside)}</b>`;
				case 'italic':
					return `<i>${drawn(word.inside)}</i>`;
				case 'strike':
					return `<s>${drawn(word.inside)}</s>`;
			}
		})
		.join('');

test.each([
	['**bold**', '<b>bold</b>'],
	['*italic* and _italic_', '<i>italic</i> and <i>italic</i>'],
	['~~struck~~', '<s>struck</s>'],
	['`code`', '<c>code</c>'],
	['***both***', '<i><b>both</b></i>'],
	['**bold with *italic* in it**', '<b>bold with <i>italic</i> in it</b>'],
	['**bold and *italic***', '<b>bold and <i>italic</i></b>'],
	['***bold** in italic*', '<i><b>bold</b> in italic</i>'],
	['**over\ntwo lines**', '<b>over↵two lines</b>'],
	['(**in brackets**), **before a comma**, "*quoted*"', '(<b>in brackets</b>), <b>before a comma</b>, "<i>quoted</i>"'],
	['🎉**party**🎉 👍🏽*yes*', '🎉<b>party</b>🎉 👍🏽<i>yes</i>'],
	['これは**「太字」**です', 'これは<b>「太字」</b>です'],
	['한국어 **강조**는', '한국어 <b>강조</b>는'],
	['¡*hola*! —*sí*—', '¡<i>hola</i>! —<i>sí</i>—'],
	['~~**all** *of it*~~', '<s><b>all</b> <i>of it</i></s>'],
	['**https://example.org/a_b_c**', '<b><a>https://example.org/a_b_c</a></b>']
])('%j is read as it is meant', (text, matchRooms) => {
	expect(drawn(inlineMarkup(text))).toBe(matchRooms);
});

test.each([
	['2 * 3 * 4'],
	['2*3*4 and 2**3**4'],
	['snake_case_name and __init__ and _ alone'],
	['a*b*c, x_1_y'],
	[':-) ^_^ hi ^_^ -_- and >_<'],
	['¯\\_(ツ)_/¯'],
	['C++ and C*'],
	['a < b > c'],
	['src/**/*.ts, /* a comment */, *.js and *.ts'],
	['5* hotel, 4* food'],
	['*terms apply, see *below'],
	['** not bold ** and ~~ not struck ~~'],
	['**unbalanced* and *unbalanced'],
	['**never closed'],
	['closed only**'],
	['~5 minutes~ and ~~~three~~~'],
	['****masked****'],
	['`a tick alone'],
	['``two and one`'],
	['[brackets] (and these)'],
	['[words](not an address)'],
	['[](/rooms/kitchen)'],
	['[ ](/rooms/kitchen)'],
	['[words] (/rooms/kitchen)'],
	['[x](javascript:alert(1))'],
	['\\*no escapes'],
	['[a \\_b\\_ \\\\ and no target]'],
	['[never closed \\_b\\_']
])('%j stays text', (text) => {
	expect(drawn(inlineMarkup(text))).toBe(text);
});

describe('code', () => {
	test('shows every sign as it is', () => {
		expect(drawn(inlineMarkup('`**a** [b](/rooms/c) @Ada`', new MentionMatcher(['Ada'])))).toBe(
			'<c>**a** [b](/rooms/c) @Ada</c>'
		);
	});

	test('may hold backticks between longer runs of backticks, with a space beside each run', () => {
		expect(drawn(inlineMarkup('`` ` `` and ``a`b``'))).toBe('<c>`</c> and <c>a`b</c>');
		expect(drawn(inlineMarkup('` a` and `  `'))).toBe('<c> a</c> and <c>  </c>');
	});
});

describe('a link', () => {
	test('shows its target beside its words, unless the target is a room of this app', () => {
		expect(drawn(inlineMarkup('[soup](https://example.org/a_(b)), [Ada](/rooms/kitchen/12): hi'))).toBe(
			'<a https://example.org/a_(b)>soup</a> (example.org), <a /rooms/kitchen/12>Ada</a>: hi'
		);
		expect(drawn(inlineMarkup('[write](mailto:ada@example.org?subject=Tea)'))).toBe(
			'<a mailto:ada@example.org?subject=Tea>write</a> (ada@example.org)'
		);
	});

	test('whose words are an address leads to its target and shows the target', () => {
		expect(drawn(inlineMarkup('[https://bank.example](https://evil.example/x)'))).toBe(
			'<a https://evil.example/x>https://bank.example</a> (evil.example)'
		);
	});

	test('holds no other link, and signs in its words pair within the link', () => {
		expect(drawn(inlineMarkup('[a [b](/rooms/b) c](/rooms/c)'))).toBe('[a <a /rooms/b>b</a> c](/rooms/c)');
		expect(drawn(inlineMarkup('*[a*](/rooms/b) **[*c*](/rooms/d)**'))).toBe(
			'*<a /rooms/b>a*</a> <b><a /rooms/d><i>c</i></a></b>'
		);
	});

	test('may have brackets in its words, in pairs or escaped', () => {
		expect(drawn(inlineMarkup('[a [b]](/rooms/c) [d\\]e](/rooms/f) \\[g](/rooms/h)'))).toBe(
			'<a /rooms/c>a [b]</a> <a /rooms/f>d]e</a> [g](/rooms/h)'
		);
	});

	test('may have escaped signs and backslashes in its words', () => {
		const link = (inlineMarkup: string) => `<a /rooms/kitchen/12>${inlineMarkup}</a>`;
		expect(drawn(inlineMarkup('[\\_Eve\\_](/rooms/kitchen/12)'))).toBe(link('_Eve_'));
		expect(drawn(inlineMarkup('[\\**\\`x\\`](/rooms/kitchen/12)'))).toBe(link('**`x`'));
		expect(drawn(inlineMarkup('[Finn\\\\](/rooms/kitchen/12)'))).toBe(link('Finn\\'));
		expect(drawn(inlineMarkup('[a\\b](/rooms/kitchen/12)'))).toBe(link('a\\b'));
	});

	test('is not shown as an image', () => {
		expect(drawn(inlineMarkup('![x](https://example.org/x.png)'))).toBe(
			'!<a https://example.org/x.png>x</a> (example.org)'
		);
	});
});

describe('a mention', () => {
	const known = new MentionMatcher(['Ada', 'Ada Lovelace', 'Grace', 'a_b*c'], 'Grace');

	test('is of a known name; any other @ is text', () => {
		expect(drawn(inlineMarkup('@Ada, ask @Nobody. **@Ada** a@Ada.example', known))).toBe(
			'<@>@Ada</>, ask @Nobody. <b><@>@Ada</></b> <a>a@Ada.example</a>'
		);
	});

	test('of two names at one place is of the longer name', () => {
		expect(drawn(inlineMarkup('@Ada Lovelace and @ada', known))).toBe('<@>@Ada Lovelace</> and <@>@ada</>');
	});

	test('of the reader is marked', () => {
		expect(drawn(inlineMarkup('@Grace?', known))).toBe('<me>@Grace</>?');
	});

	test('may have signs in the name', () => {
		expect(drawn(inlineMarkup('*@a_b*c*', known))).toBe('<i><@>@a_b*c</></i>');
	});
});

test('open signs are at most eight', () => {
	const depth = (found: readonly Inline[]): number =>
		Math.max(0, ...found.map((word) => ('inside' in word ? 1 + depth(word.inside) : 0)));
	expect(depth(inlineMarkup(`${'*a '.repeat(50)}b${' c*'.repeat(50)}`))).toBe(8);
	// Three signs give two elements, bold and italic.
	expect(depth(inlineMarkup(`${'***a '.repeat(50)}b${' c***'.repeat(50)}`))).toBe(16);
});
