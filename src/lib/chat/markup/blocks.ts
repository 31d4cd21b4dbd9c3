/** Parses a message into blocks. Any text is valid: malformed markup, or too many elements, is text. Linear, at most eight blocks deep. */
import { fencesIn } from './fences.ts';
import type { Mentionable } from './mention-matcher.ts';
import { MAX_MESSAGE_ELEMENTS } from '../limits.ts';
import { asParagraph, hasMarkup } from './has-markup.ts';
import { inlineMarkup, type Inline } from './inline-markup.ts';

export interface Item {
	value?: number;
	inside: Block[];
}
export type Block =
	/** Paragraphs with the empty lines between them; `large` for a few emoji alone. */
	| { kind: 'text'; inside: Inline[]; large?: true }
	| { kind: 'code'; text: string; language?: string }
	| { kind: 'quote'; inside: Block[] }
	| { kind: 'list'; items: Item[] };

const MAX_DEPTH = 8;

const LINE = /\r\n|[\n\r\u2028\u2029]/;

const EMOJI = String.raw`(?:\p{RI}{2}|[\d#*]\ufe0f\u20e3|(?:\p{Emoji_Presentation}|\p{ExtPict}(?:\ufe0f|(?=\p{EMod})))\p{EMod}?[\u{e0020}-\u{e007f}]*(?:\u200d\p{ExtPict}\ufe0f?\p{EMod}?)*)`;
const FEW_EMOJI = new RegExp(String.raw`^\s*(?:${EMOJI}\s*){1,5}$`, 'u');

const QUOTE = /^ {0,3}>(?: |$)/;
/** A line of signs alone is a drawn line. */
const BULLET = /^(?![-* \t]+$)( {0,3})[-*][ \t]+/;
/** At most three digits: four are a year. */
const NUMBER = /^( {0,3})(\d{1,3})[.)][ \t]+(?=\S)/;
export function markup(text: string, known?: Mentionable): Block[] {
	if (!hasMarkup(text)) return asParagraph(text);
	if (FEW_EMOJI.test(text)) return [{ kind: 'text', inside: [{ kind: 'text', text }], large: true }];
	if (!text.includes('@')) {
		const found = blocks(text.split(LINE), undefined, 0);
		return elementsIn(found) > MAX_MESSAGE_ELEMENTS ? asParagraph(text) : seenOr(text, found);
	}
	// Mentions match in composed form (NFC).
	const lines = text.normalize().split(LINE);
	const found = blocks(lines, undefined, 0);
	// Counted without names: the result must not depend on the people whom a page knows.
	const mostMentions = text.split('@').length - 1;
	if (elementsIn(found) + mostMentions > MAX_MESSAGE_ELEMENTS) return asParagraph(text);
	return seenOr(text, known ? blocks(lines, known, 0) : found);
}

const seenOr = (text: string, found: Block[]) => (found.some(isSeen) ? found : asParagraph(text));

/** Whether the block shows anything: an empty quote or fence is shown as typed. */
function isSeen(block: Block): boolean {
	switch (block.kind) {
		case 'text':
			return block.inside.some((word) => word.kind !== 'break' && (!('text' in word) || word.text.trim() !== ''));
		case 'code':
			return block.text.trim() !== '';
		case 'quote':
			return block.inside.some(isSeen);
		case 'list':
			return block.items.some(({ inside }) => inside.some(isSeen));
	}
}

function elementsIn(blocks: readonly Block[]): number {
	return sum(blocks, (block) => {
		if (block.kind === 'code') return 2;
		if (block.kind === 'list') return 1 + sum(block.items, ({ inside }) => 1 + elementsIn(inside));
		return 1 + (block.kind === 'quote' ? elementsIn(block.inside) : wordElements(block.inside));
	});
}

const wordElements = (inlineMarkup: readonly Inline[]): number =>
	sum(inlineMarkup, (word) => ('inside' in word ? 1 + wordElements(word.inside) : word.kind === 'text' ? 0 : 1));

const sum = <T>(list: readonly T[], count: (one: T) => number): number =>
	list.reduce((total, one) => total + count(one), 0);

function blocks(lines: readonly string[], known: Mentionable | undefined, depth: number): Block[] {
	const [only = ''] = lines;
	if (lines.length === 1 && !hasMarkup(only)) return only.trim() ? asParagraph(only) : [];
	const found: Block[] = [];
	let said: string[] = [];
	const say = () => {
		const inside = paragraphs(said, known);
		if (inside.length) found.push({ kind: 'text', inside });
		said = [];
	};
	const fences = depth < MAX_DEPTH ? fencesIn(lines) : undefined;
	for (let i = 0; i < lines.length;) {
		const line = lines[i] ?? '';
		const fence = fences?.get(i);
		if (fence) {
			say();
			const code = [...fence.first, ...lines.slice(i + 1, fence.end), ...fence.last];
			found.push({ kind: 'code', text: code.join('\n'), language: fence.language });
			i = fence.end + 1;
		} else if (depth < MAX_DEPTH && QUOTE.test(line)) {
			say();
			const start = i;
			while (i < lines.length && QUOTE.test(lines[i] ?? '')) i++;
			const quoted = lines.slice(start, i).map((quote) => quote.replace(QUOTE, ''));
			found.push({ kind: 'quote', inside: blocks(quoted, known, depth + 1) });
		} else if (depth < MAX_DEPTH && (BULLET.test(line) || beginsNumbers(line, said))) {
			say();
			const items: Item[] = [];
			i = list(lines, i, (item, value) => items.push({ value, inside: blocks(item, known, depth + 1) }));
			found.push({ kind: 'list', items });
		} else {
			said.push(line);
			i++;
		}
	}
	say();
	return found;
}

/** Within a paragraph only 1 begins a list: a wrapped line may begin with "7. ". */
function beginsNumbers(line: string, said: readonly string[]): boolean {
	const [, , number] = NUMBER.exec(line) ?? [];
	return number !== undefined && (Number(number) === 1 || !said.at(-1)?.trim());
}

/** Returns the line after the list at line `i`. An empty line ends the list, unless the next line is indented below its item. */
function list(lines: readonly string[], i: number, add: (item: string[], value?: number) => void): number {
	const marker = BULLET.test(lines[i] ?? '') ? BULLET : NUMBER;
	let last = -1;
	for (let match; (match = marker.exec(lines[i] ?? ''));) {
		const [{ length: width }, indent = '', number] = match;
		const item = [(lines[i++] ?? '').slice(width)];
		for (let next = i; next < lines.length; next++) {
			const line = lines[next] ?? '';
			if (!line.trim()) continue;
			if (!below(line, indent.length)) break;
			while (i < next) item.push(lines[i++] ?? '');
			item.push(dedent(line, width));
			i++;
		}
		if (number) last = Math.max(Number(number), last + 1);
		add(item, number ? last : undefined);
	}
	return i;
}

const below = (line: string, indent: number) => line.startsWith('\t') || line.startsWith(' '.repeat(indent + 2));

/** Removes the item's margin, which people type narrower or wider than the marker. */
function dedent(line: string, width: number): string {
	if (line.startsWith('\t')) return line.slice(1);
	return line.slice(Math.min(width, line.length - line.trimStart().length));
}

/** Parses paragraphs and drops empty lines at both ends. Signs pair within a paragraph only. */
function paragraphs(lines: readonly string[], known: Mentionable | undefined): Inline[] {
	const found: Inline[] = [];
	let paragraph: string[] = [];
	const end = () => {
		if (paragraph.length) for (const word of inlineMarkup(paragraph.join('\n'), known)) found.push(word);
		paragraph = [];
	};
	let empty = 0;
	for (const line of lines) {
		if (!line.trim()) {
			empty++;
			continue;
		}
		if (empty > 0) {
			end();
			if (found.length) for (let i = 0; i <= empty; i++) found.push({ kind: 'break' });
		}
		empty = 0;
		paragraph.push(line);
	}
	end();
	return found;
}
