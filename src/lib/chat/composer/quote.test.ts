import { describe, expect, test } from 'vitest';
import { markup } from '../markup/blocks.ts';
import { plain } from '../markup/plain-text.ts';
import { quote, readQuote, replyTo } from './quote.ts';

const LINK = '> [Ada](/rooms/kitchen/12):';
const ada = (message: string, sender = 'Ada') => quote({ sender, message }, '/rooms/kitchen/12');
/** The parsed quote. */
const inside = (quote: string) => {
	const [block, ...others] = markup(quote);
	expect(others).toEqual([]);
	return block?.kind === 'quote' ? block.inside : [];
};

test('a reply begins with the author, the permalink and the text of the message', () => {
	expect(ada('The soup is on.')).toBe(`${LINK} The soup is on.\n\n`);
});

test('every line is quoted, also empty lines', () => {
	expect(ada('Soup:\n\n- leek\n- potato')).toBe(`${LINK} Soup:\n> \n> - leek\n> - potato\n\n`);
});

describe('a block is quoted below the name and parses as before', () => {
	test.each([
		['code', '```js\nlet a;\n\nlet b;\n```'],
		['a list', '- milk\n- bread'],
		['a numbered list', '1. milk\n2. bread'],
		['a numbered list that begins late', '7. milk\n8. bread'],
		['a quote and nothing else', '> to be\n> or not']
	])('%s', (_, message) => {
		const [name, ...blocks] = inside(ada(message));
		expect(name).toMatchObject({ kind: 'text', inside: [{ kind: 'link' }, { kind: 'text', text: ':' }] });
		expect(blocks).toEqual(markup(message));
		expect(ada(message)).toMatch(/^> \[Ada\]\(\/rooms\/kitchen\/12\):\n/);
	});
});

describe('quotes in the quoted message are left out', () => {
	test.each([
		['> [Grace](/rooms/kitchen/11): Soup?\n\nYes.', 'Yes.'],
		['Well:\n> Soup?\n>\n> Or tea?\nTea.', 'Well:\n> \n> Tea.'],
		['  > indented\nYes.', 'Yes.']
	])('%j', (message, said) => {
		expect(ada(message)).toBe(`${LINK} ${said}\n\n`);
	});

	test('only where the parser reads a quote', () => {
		expect(ada('>:( that hurts\nreally')).toBe(`${LINK} >:( that hurts\n> really\n\n`);
		expect(ada('>x>\nyes')).toBe(`${LINK} >x>\n> yes\n\n`);
		expect(ada('```sql\n> SELECT 1;\n> SELECT 2;\n```')).toBe(
			`${LINK}\n> \`\`\`sql\n> > SELECT 1;\n> > SELECT 2;\n> \`\`\`\n\n`
		);
		expect(ada('- a\n  > b\n- c')).toBe(`${LINK}\n> - a\n>   > b\n> - c\n\n`);
	});
});

describe('a long message is cut', () => {
	test('by lines and by characters', () => {
		expect(ada('a\nb\nc\nd\ne\nf')).toBe(`${LINK} a\n> b\n> c\n> d\n> e …\n\n`);
		expect(ada('🎉'.repeat(300))).toBe(`${LINK} ${'🎉'.repeat(280)} …\n\n`);
	});

	test('at the end of a grapheme', () => {
		expect(ada(`${'a'.repeat(279)}🇵🇹`)).toBe(`${LINK} ${'a'.repeat(279)} …\n\n`);
		expect(ada(`${'a'.repeat(278)}👩‍🚀!`)).toBe(`${LINK} ${'a'.repeat(278)} …\n\n`);
		expect(ada(`${'a'.repeat(279)}e\u0301`)).toBe(`${LINK} ${'a'.repeat(279)} …\n\n`);
	});

	test('and code is closed', () => {
		const code = Array.from({ length: 9 }, (_, i) => `let a${i};`);
		expect(ada(['```js', ...code, '```'].join('\n'))).toBe(
			`${LINK}\n> \`\`\`js\n> let a0;\n> let a1;\n> let a2;\n> let a3;\n> \`\`\`\n> …\n\n`
		);
		const inList = inside(ada(['- so:', '  ````', ...code.map((line) => `  ${line}`), '  ````', '- end'].join('\n')));
		expect(inList[1]).toMatchObject({ kind: 'list', items: [{ inside: [{ kind: 'text' }, { kind: 'code' }] }] });
	});

	test.each([
		['**', '**'],
		['*', '*'],
		['_', '_'],
		['~~', '~~'],
		['`', '`'],
		['**so _very_ ', '**'],
		['_so **', '**_'],
		['[', '](https://example.org/)']
	])('and no sign is left open: %s', (open, close) => {
		const message = `It is ${open}${'very '.repeat(80)}long${close}, and ends.`;
		const text = plain(ada(message)).slice('Ada: '.length);
		expect(text).toMatch(/…$/);
		expect(plain(message).startsWith(text.slice(0, -1).trimEnd()), text).toBe(true);
		expect(text.length).toBeLessThan(300);
	});

	test('and a literal sign stays', () => {
		expect(ada(`2 * 3 is ${'six '.repeat(80)}`)).toContain('2 * 3 is six six');
	});

	test('and an address that would lose its end is left out', () => {
		expect(ada(`${'so '.repeat(85)}https://example.org/${'a'.repeat(99)}`)).toBe(
			`${LINK} ${'so '.repeat(85).trimEnd()} …\n\n`
		);
	});

	test('in bounded time for any text', () => {
		for (const part of ['*a', '`a', '[a', '_a*', '> a\n', '```\n', '- a\n']) ada(part.repeat(1_000).slice(0, 2_000));
	});
});

describe('a name in a quote is a link with exactly that name', () => {
	test.each([
		'Ada',
		'Ada [kitchen]',
		'Finn\\',
		'Finn\\\\',
		'_Eve_',
		'*Cat* x',
		'~~Lin~~',
		'`Tom`',
		'snake_case',
		'a\\[b]\\*c*',
		'**',
		'¯\\_(ツ)_/¯',
		'x](https://example.org/)'
	])('%s', (name) => {
		const [text] = inside(ada('Hi', name));
		expect(text?.kind === 'text' && text.inside).toEqual([
			{ kind: 'link', href: '/rooms/kitchen/12', to: '', inside: [{ kind: 'text', text: name }] },
			{ kind: 'text', text: ': Hi' }
		]);
		expect(replyTo({ sender: name, message: 'Hi' }, '/rooms/kitchen/12')).toMatchObject({ sender: name, text: 'Hi' });
	});

	test('and is not escaped where its signs are no markup', () => {
		expect(ada('Hi', 'snake_case')).toBe('> [snake_case](/rooms/kitchen/12): Hi\n\n');
		expect(ada('Hi', 'Ada [kitchen]')).toBe('> [Ada \\[kitchen\\]](/rooms/kitchen/12): Hi\n\n');
	});
});

test('a quote is read as author and text on one line; without an author, as text alone', () => {
	const reply = replyTo({ sender: 'Ada', message: 'For **soup**:\n\n- leek' }, '/rooms/kitchen/12');
	expect(reply).toEqual({ quote: ada('For **soup**:\n\n- leek'), sender: 'Ada', text: 'For soup: - leek' });
	expect(readQuote('> to be\n\n')).toEqual({ quote: '> to be\n\n', sender: '', text: 'to be' });
	expect(readQuote('Hm')).toEqual({ quote: 'Hm', sender: '', text: 'Hm' });
});
