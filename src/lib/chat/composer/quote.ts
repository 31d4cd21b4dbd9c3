/**
 * A reply begins with quoted lines of plain text; the first line names the author. The markup parser, not a copy of its
 * grammar, decides whether a quote reads like the message.
 */
import { characters } from '../messages/draft.ts';
import { QUOTE_CHARACTERS, QUOTE_CUTS, QUOTE_LINES } from '../limits.ts';
import { markup, type Block } from '../markup/blocks.ts';
import type { ChatMessage } from '../messages/message.ts';
import { plain } from '../markup/plain-text.ts';
import type { Inline } from '../markup/inline-markup.ts';

export interface Reply {
	quote: string;
	/** The author's name; empty where the quote names nobody. */
	sender: string;
	text: string;
}

const LINE = /\r\n|[\n\r\u2028\u2029]/;

/** `> [Ada](/rooms/kitchen/12): the text`, and an empty line to write on. */
export function quote({ sender, message }: Pick<ChatMessage, 'sender' | 'message'>, permalink: string): string {
	const text = shortened(withoutQuotes(message));
	const lines = `${linkTo(sender, permalink)}:${space(text)}${text}`.split(LINE);
	return `${lines.map((line) => `> ${line}`).join('\n')}\n\n`;
}

export const replyTo = (message: Pick<ChatMessage, 'sender' | 'message'>, permalink: string): Reply =>
	readQuote(quote(message, permalink));

export function readQuote(quote: string): Reply {
	const text = plain(quote);
	const [block] = markup(quote);
	const name = block?.kind === 'quote' ? linkAtStart(block.inside[0]) : undefined;
	if (name === undefined) return { quote, sender: '', text };
	return { quote, sender: name, text: text.slice(name.length + 1).trim() };
}

function linkAtStart(block: Block | undefined): string | undefined {
	const link = block?.kind === 'text' ? block.inside[0] : undefined;
	return link?.kind === 'link' ? asText(link.inside) : undefined;
}

const asText = (words: readonly Inline[]): string =>
	words.map((word) => ('inside' in word ? asText(word.inside) : word.kind === 'break' ? ' ' : word.text)).join('');

/** A link that reads as exactly `name`; signs are escaped only where they would be markup. */
function linkTo(name: string, permalink: string): string {
	const links = [/[[\]]/g, /[[\]\\]|\*+|_+|~+|`+/g].map((signs) => `[${name.replace(signs, '\\$&')}](${permalink})`);
	return links.find((link) => isOneText(markup(link), name)) ?? links.at(-1) ?? '';
}

function isOneText([block]: readonly Block[], text: string): boolean {
	const link = block?.kind === 'text' && block.inside.length === 1 ? block.inside[0] : undefined;
	if (link?.kind !== 'link' || link.inside.length !== 1) return false;
	const [word] = link.inside;
	return word?.kind === 'text' && word.text === text;
}

/** Code, a list or a quote begins on its own line below the name. */
function space(text: string): string {
	const [block] = markup(text);
	if (!block || block.kind === 'text') return ' ';
	// Directly below a paragraph, only 1 begins a numbered list.
	const [item] = block.kind === 'list' ? block.items : [];
	return item?.value === undefined || item.value === 1 ? '\n' : '\n\n';
}

/** Removes quotes, so that a reply to a reply does not carry the whole conversation. */
function withoutQuotes(message: string): string {
	const lines = message.split(LINE);
	const quoted = quotedLines(lines);
	const own: string[] = [];
	for (const [i, line] of lines.entries()) {
		if (!quoted.has(i)) own.push(line);
		// Two paragraphs on either side of a quote stay separate.
		else if (own.at(-1)?.trim() && lines[i + 1]?.trim() && !quoted.has(i + 1)) own.push('');
	}
	return untilEnd(own.join('\n')) || untilEnd(message);
}

const untilEnd = (text: string) => text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();

/** The lines that the parser reads as quotes: each candidate gets a private-use mark, found again in parsed quotes. */
function quotedLines(lines: readonly string[]): ReadonlySet<number> {
	const mark = (i: number) => `\ue000${i}\ue000`;
	const maybe = lines.map((line) => /^\s*>(?=(\s?))/.exec(line));
	if (!maybe.some(Boolean)) return new Set();
	const marked = lines.map((line, i) => {
		const [sign = '', space] = maybe[i] ?? [];
		return maybe[i] ? `${sign}${line.trim() === '>' ? ' ' : space}${mark(i)}` : line;
	});
	const quotes = JSON.stringify(markup(marked.join('\n')).filter(({ kind }) => kind === 'quote'));
	return new Set([...lines.keys()].filter((i) => maybe[i] && quotes.includes(mark(i))));
}

/** Cuts to QUOTE_LINES and QUOTE_CHARACTERS; signs left open by the cut are closed or removed. */
function shortened(text: string): string {
	const lines = text.split(LINE);
	let cut = firstCharacters(lines.slice(0, QUOTE_LINES).join('\n'), QUOTE_CHARACTERS);
	if (lines.length <= QUOTE_LINES && cut.length === text.length) return text;
	// A cut address would lead elsewhere.
	if (/\S/.test(text[cut.length] ?? ' ')) cut = cut.replace(/\S*(?::\/\/|mailto:|www\.|@)\S*$/i, '');
	const whole = plain(text);
	for (let tries = 0; cut.trim() && tries < QUOTE_CUTS; tries++) {
		const ended = endings(cut.trimEnd()).find((ending) => {
			const said = plain(ending);
			return said.endsWith('…') && whole.startsWith(said.slice(0, -1).trimEnd());
		});
		if (ended) return ended;
		// Cut back to before the last sign, which may be the open one.
		cut = cut.replace(/(?:^|\n)?(?:\*+|_+|~+|`+|\[)[^*_~`[]*$/, '');
	}
	return '…';
}

/** At most `most` characters, without splitting a grapheme. */
function firstCharacters(text: string, most: number): string {
	let end = 0;
	let count = 0;
	// Missing in Firefox before 125.
	const visible = 'Segmenter' in Intl ? Array.from(new Intl.Segmenter('en').segment(text), (it) => it.segment) : text;
	for (const one of visible) {
		count += characters(one);
		if (count > most) break;
		end += one.length;
	}
	return text.slice(0, end);
}

/** Candidate endings of a cut text: as it is, with its last fence closed, or with open signs closed. */
function endings(cut: string): string[] {
	const open: string[] = [];
	for (const [sign] of (cut.split(/\n\s*\n/).at(-1) ?? '').matchAll(/\*+|_+|~~|`+/g)) {
		const i = open.lastIndexOf(sign);
		if (i < 0) open.push(sign);
		else open.length = i;
	}
	const closers = new Set(['', open.toReversed().join(''), ...open.toReversed()]);
	const [, margin = '', fence] = [...cut.matchAll(/^([^`\n]*)(`{3,})[^`\n]*$/gm)].at(-1) ?? [];
	const indent = margin.replace(/[^>\s]/g, ' ');
	return [...(fence ? [`${cut}\n${indent}${fence}\n…`] : []), ...[...closers].map((closer) => `${cut}${closer} …`)];
}
