export type Format = 'Bold' | 'Italic' | 'Code' | 'List' | 'Quote';

/** Replaces the text between `from` and `to`, and then selects. In UTF-16 units, as fields count. */
export interface TextEdit {
	from: number;
	to: number;
	text: string;
	selection: [start: number, end: number];
}

/** Looked at on either side of a word: bold, italic and struck out at once. */
const MOST_SIGNS = 8;

const SIGNS = { Bold: '**', Italic: '_', Code: '`' } as const;

export function formatted(value: string, from: number, to: number, format: Format): TextEdit {
	[from, to] = [wholeCharacter(value, from), wholeCharacter(value, to)];
	if (format === 'List' || format === 'Quote') return withLines(value, from, to, format);
	if (format === 'Code' && value.slice(from, to).includes('\n')) return fenced(value, from, to);
	const lines = coresOf(value, from, to);
	if (lines.length === 0) return atCaret(value, to, SIGNS[format]);
	const [only] = lines;
	if (lines.length === 1 && only) return ofLine(value, only, format);
	return ofLines(value, lines, SIGNS[format]);
}

/** A place between the halves of a character is moved before it. */
const wholeCharacter = (value: string, at: number) =>
	/^[\ud800-\udbff][\udc00-\udfff]$/.test(value.slice(at - 1, at + 1)) ? at - 1 : at;

interface Span {
	from: number;
	to: number;
}

/** What signs can enclose: of each line the selected part, without the signs of lists and quotes and without spaces around. */
function coresOf(value: string, from: number, to: number): Span[] {
	const cores: Span[] = [];
	for (let start = from; start <= to;) {
		const newline = value.indexOf('\n', start);
		const end = newline < 0 || newline > to ? to : newline;
		const isAtStart = start === 0 || value[start - 1] === '\n';
		const line = value.slice(start, end);
		const lead = (isAtStart ? /^(?:\s*(?:>|[-*]|\d{1,3}[.)])(?= ))*\s*/ : /^\s*/).exec(line)?.[0].length ?? 0;
		const core = line.slice(lead).trimEnd();
		if (core) cores.push({ from: start + lead, to: start + lead + core.length });
		start = end + 1;
	}
	return cores;
}

/** Inserts both signs around the caret, removes an empty pair, or leaves the formatted words. */
function atCaret(value: string, at: number, sign: string): TextEdit {
	const { length } = sign;
	const isBefore = value.slice(at, at + length) === sign;
	if (isBefore && value.slice(at - length, at) === sign)
		return { from: at - length, to: at + length, text: '', selection: [at - length, at - length] };
	if (isBefore) return { from: at, to: at, text: '', selection: [at + length, at + length] };
	return { from: at, to: at, text: sign + sign, selection: [at + length, at + length] };
}

function ofLine(value: string, { from, to }: Span, format: keyof typeof SIGNS): TextEdit {
	const core = value.slice(from, to);
	const inside = (format === 'Code' ? longCode(core) : undefined) ?? withoutSigns(core, SIGNS[format]);
	if (inside !== undefined) return { from, to, text: inside, selection: [from, from + inside.length] };
	const around = signsAround(value, from, to, format);
	if (around) return around;
	const sign = format === 'Code' ? codeSign(core) : SIGNS[format];
	const pad = format === 'Code' && /^`|`$/.test(core) ? ' ' : '';
	const before = sign.length + pad.length;
	return { from, to, text: sign + pad + core + pad + sign, selection: [from + before, to + before] };
}

function ofLines(value: string, lines: readonly Span[], sign: string): TextEdit {
	const from = lines[0]?.from ?? 0;
	const to = lines.at(-1)?.to ?? from;
	const inside = lines.map((line) => withoutSigns(value.slice(line.from, line.to), sign));
	const isOff = inside.every((core) => core !== undefined);
	let text = '';
	for (const [i, line] of lines.entries()) {
		const core = value.slice(line.from, line.to);
		text += value.slice(lines[i - 1]?.to ?? from, line.from);
		text += isOff ? (inside[i] ?? core) : inside[i] === undefined ? sign + core + sign : core;
	}
	return { from, to, text, selection: [from, from + text.length] };
}

function withoutSigns(core: string, sign: string): string | undefined {
	const { length } = sign;
	if (core.length <= 2 * length || !core.startsWith(sign) || !core.endsWith(sign)) return undefined;
	const inside = core.slice(length, -length);
	// `a` and `b` are two codes.
	return inside.includes(sign) ? undefined : inside;
}

/** Removes the signs that enclose the span, also with others between: `**_word_**`. */
function signsAround(value: string, from: number, to: number, format: keyof typeof SIGNS): TextEdit | undefined {
	const sign = SIGNS[format];
	const [before, after] = format === 'Code' ? [/`?$/, /^`?/] : [/[*_~]*$/, /^[*_~]*/];
	const [left = ''] = before.exec(value.slice(Math.max(0, from - MOST_SIGNS), from)) ?? [];
	const [right = ''] = after.exec(value.slice(to, to + MOST_SIGNS)) ?? [];
	const [opens, closes] = [left.lastIndexOf(sign), right.indexOf(sign)];
	if (opens < 0 || closes < 0) return undefined;
	const without = (signs: string, at: number) => signs.slice(0, at) + signs.slice(at + sign.length);
	return {
		from: from - left.length,
		to: to + right.length,
		text: without(left, opens) + value.slice(from, to) + without(right, closes),
		selection: [from - sign.length, to - sign.length]
	};
}

const longCode = (core: string) => /^(`{2,})(?!`) ?([^]*[^`\s])? ?\1$/.exec(core)?.[2];

const codeSign = (core: string) => '`'.repeat(1 + Math.max(0, ...(core.match(/`+/g) ?? []).map((run) => run.length)));

const FENCE = '```';

function fenced(value: string, from: number, to: number): TextEdit {
	const before = `${FENCE}\n`;
	const after = `\n${FENCE}`;
	const text = value.slice(from, to);
	if (value.slice(from - before.length, from) === before && value.slice(to, to + after.length) === after) {
		const start = from - before.length;
		return { from: start, to: to + after.length, text, selection: [start, start + text.length] };
	}
	if (text.startsWith(before) && text.endsWith(after) && text.length > before.length + after.length) {
		const inside = text.slice(before.length, -after.length);
		return { from, to, text: inside, selection: [from, from + inside.length] };
	}
	const lead = (from > 0 && value[from - 1] !== '\n' ? '\n' : '') + before;
	const trail = text.endsWith('\n') ? FENCE : after;
	const rest = to < value.length && value[to] !== '\n' ? '\n' : '';
	const start = from + lead.length;
	return { from, to, text: lead + text + trail + rest, selection: [start, start + text.length] };
}

const LINE_SIGNS = {
	List: { sign: '- ', has: /^ {0,3}[-*] +/ },
	Quote: { sign: '> ', has: /^ {0,3}> ?/ }
} as const;

function withLines(value: string, from: number, to: number, format: keyof typeof LINE_SIGNS): TextEdit {
	const { sign, has } = LINE_SIGNS[format];
	const start = value.lastIndexOf('\n', from - 1) + 1;
	// A selection that ends at the beginning of a line does not include that line.
	const last = to > from && value[to - 1] === '\n' ? to - 1 : to;
	const newline = value.indexOf('\n', last);
	const end = newline < 0 ? value.length : newline;
	const lines = value.slice(start, end).split('\n');
	const counted = lines.filter((line) => line.trim() !== '');
	const isOff = counted.length > 0 && counted.every((line) => has.test(line));
	const after = lines.map((line) => {
		if (isOff) return line.replace(has, '');
		// An empty line ends a quote, and needs no sign in a list.
		if (lines.length > 1 && line.trim() === '') return format === 'Quote' ? sign.trim() : line;
		return has.test(line) ? line : sign + line;
	});
	const text = after.join('\n');
	if (from !== to) return { from: start, to: end, text, selection: [start, start + text.length] };
	const caret = Math.max(start, from + text.length - (end - start));
	return { from: start, to: end, text, selection: [caret, caret] };
}
