import { describe, expect, test } from 'vitest';
import { plain } from '../markup/plain-text.ts';
import { markup } from '../markup/blocks.ts';
import { formatted, type Format } from './format.ts';

/** `|` is the caret, and `[` and `]` are the ends of the selection. */
function apply(marked: string, format: Format): string {
	const caret = marked.indexOf('|');
	const [from, to] = caret >= 0 ? [caret, caret] : [marked.indexOf('['), marked.indexOf(']') - 1];
	const value = marked.replace(/[|[\]]/g, '');
	const edit = formatted(value, from, to, format);
	const after = value.slice(0, edit.from) + edit.text + value.slice(edit.to);
	const [start, end] = edit.selection;
	if (start === end) return `${after.slice(0, start)}|${after.slice(start)}`;
	return `${after.slice(0, start)}[${after.slice(start, end)}]${after.slice(end)}`;
}

describe('signs around', () => {
	test.each<[Format, string, string]>([
		['Bold', 'a [word] more', 'a **[word]** more'],
		['Italic', '[word]', '_[word]_'],
		['Code', 'a [word]', 'a `[word]`'],
		// Off again: with the signs outside or inside the selection.
		['Bold', 'a **[word]** more', 'a [word] more'],
		['Bold', 'a [**word**] more', 'a [word] more'],
		['Italic', '_[word]_', '[word]'],
		['Code', '`[word]`', '[word]'],
		// Both at once.
		['Italic', '**[word]**', '**_[word]_**'],
		['Bold', '**_[word]_**', '_[word]_'],
		['Italic', '**_[word]_**', '**[word]**'],
		// The caret alone: a pair, away again, and out of it.
		['Bold', 'a |', 'a **|**'],
		['Bold', 'a **|**', 'a |'],
		['Bold', 'a **word|** x', 'a **word**| x'],
		// Two bold words are not one.
		['Bold', '[**a** b **c**]', '**[**a** b **c**]**'],
		// Spaces stay outside: signs beside a space are no markup.
		['Bold', 'a[ word ]b', 'a **[word]** b'],
		['Bold', 'a[ ]b', 'a **|**b']
	])('%s of %s', (format, before, after) => {
		expect(apply(before, format)).toBe(after);
	});

	test('letters outside the basic plane, joined emoji and right-to-left text are kept whole', () => {
		expect(apply('[𝒳🎉]', 'Bold')).toBe('**[𝒳🎉]**');
		expect(apply('[👩‍🚀]', 'Italic')).toBe('_[👩‍🚀]_');
		expect(apply('أريد [الشاي] الآن', 'Bold')).toBe('أريد **[الشاي]** الآن');
		expect(apply('أريد **[الشاي]** الآن', 'Bold')).toBe('أريد [الشاي] الآن');
		// A selection that ends within a character.
		expect(formatted('a🎉b', 0, 2, 'Bold')).toMatchObject({ from: 0, to: 1, text: '**a**' });
		expect(formatted('🎉', 1, 1, 'Bold')).toMatchObject({ from: 0, to: 0, text: '****' });
	});

	test('each line has its own signs, after those of lists and quotes, and an empty line has none', () => {
		const lines = 'one\n\n- two \n> 1. three';
		const on = formatted(lines, 0, lines.length, 'Bold');
		expect(on.text).toBe('**one**\n\n- **two** \n> 1. **three**');
		const off = formatted(on.text, 0, on.text.length, 'Bold');
		expect(off.text).toBe('one\n\n- two \n> 1. three'.slice(0, off.text.length));
		// Where some lines have them, the others get them.
		expect(formatted('**a**\nb', 0, 7, 'Bold').text).toBe('**a**\n**b**');
	});

	test('code with backticks has more of them around, and loses them again', () => {
		expect(apply('[a`b]', 'Code')).toBe('``[a`b]``');
		expect(apply('[`a]', 'Code')).toBe('`` [`a] ``');
		expect(apply('[``a`b``]', 'Code')).toBe('[a`b]');
		expect(markup('`` `a ``')).toEqual(
			markup('x').map(() => ({ kind: 'text', inside: [{ kind: 'code', text: '`a' }] }))
		);
	});

	test('several lines of code stand between lines of backticks', () => {
		expect(apply('so: [a\nb] end', 'Code')).toBe('so: \n```\n[a\nb]\n```\n end');
		expect(apply('```\n[a\nb]\n```', 'Code')).toBe('[a\nb]');
		expect(apply('[```\na\nb\n```]', 'Code')).toBe('[a\nb]');
	});
});

describe('signs before lines', () => {
	test.each<[Format, string, string]>([
		['List', '|', '- |'],
		['List', 'milk|', '- milk|'],
		['List', '- milk|', 'milk|'],
		['List', '- |', '|'],
		['List', 'buy\nmi[lk\n\nbr]ead', 'buy\n[- milk\n\n- bread]'],
		['List', '[- milk\n* bread]', '[milk\nbread]'],
		['List', '[- milk\nbread]', '[- milk\n- bread]'],
		['Quote', 'to be|', '> to be|'],
		['Quote', '[to be\n\nor not]', '[> to be\n>\n> or not]'],
		['Quote', '[> to be\n>\n> or not]', '[to be\n\nor not]'],
		// A selection up to the beginning of a line leaves that line alone.
		['Quote', '[one\n]two', '[> one]\ntwo'],
		['Quote', 'شاي|', '> شاي|']
	])('%s of %s', (format, before, after) => {
		expect(apply(before, format)).toBe(after);
	});
});

test.each<[Format, string]>([
	['Bold', 'bold'],
	['Italic', 'italic'],
	['Code', 'code']
])('%s is what the parser reads as %s', (format, kind) => {
	for (const word of ['word', '茶', 'שלום', '🎉', 'a b']) {
		const { text } = formatted(word, 0, word.length, format);
		expect(markup(text)).toMatchObject([{ kind: 'text', inside: [{ kind }] }]);
		expect(plain(text)).toBe(word);
	}
});
