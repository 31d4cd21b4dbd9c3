/**
 * A reply begins with what it answers, as text that anybody could type: quoted lines, the first of which names the author.
 * Whether a quote reads as the message does is for the markup parser to say: it is asked, and its grammar not repeated.
 */
import { characters } from '../messages/draft.ts';
import { QUOTE_CHARACTERS, QUOTE_CUTS, QUOTE_LINES } from '../limits.ts';
import { markup, type Block } from '../markup/blocks.ts';
import type { ChatMessage } from '../messages/message.ts';
import { plain } from '../markup/plain-text.ts';
import type { Inline } from '../markup/inline-markup.ts';

/** What a reply that is being written answers. */
export interface Reply {
	/** What the reply begins with, and the line to write on. */
	quote: string;
	/** Who said it; empty where the quote does not name anybody. */
	sender: string;
	/** What they said, on one line. */
	text: string;
}

const LINE = /\r\n|[\n\r\u2028\u2029]/;

/** `> [Ada](/rooms/kitchen/12): what she said`, and a line to write on. */
export function quote({ sender, message }: Pick<ChatMessage, 'sender' | 'message'>, permalink: string): string {
	const text = shortened(withoutQuotes(message));
	const lines = `${linkTo(sender, permalink)}:${space(text)}${text}`.split(LINE);
	return `${lines.map((line) => `> ${line}`).join('\n')}\n\n`;
}

/** What a reply to a message answers. */
export const replyTo = (message: Pick<ChatMessage, 'sender' | 'message'>, permalink: string): Reply =>
	readQuote(quote(message, permalink));

/** Whom and what a quote quotes. */
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

/** A link with the exact name. Signs in it are escaped only where they would count. */
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

/** Between the name and the text: code, a list or a quote begins on a line of its own. */
function space(text: string): string {
	const [block] = markup(text);
	if (!block || block.kind === 'text') return ' ';
	// Directly below a line, only 1 begins a numbered list.
	const [item] = block.kind === 'list' ? block.items : [];
	return item?.value === undefined || item.value === 1 ? '\n' : '\n\n';
}

/** Without what it quotes itself: a reply to a reply would otherwise carry the whole conversation. */
function withoutQuotes(message: string): string {
	const lines = message.split(LINE);
	const quoted = quotedLines(lines);
	const own: string[] = [];
	for (const [i, line] of lines.entries()) {
		if (!quoted.has(i)) own.push(line);
		// Two paragraphs that a quote divided stay two.
		else if (own.at(-1)?.trim() && lines[i + 1]?.trim() && !quoted.has(i + 1)) own.push('');
	}
	return untilEnd(own.join('\n')) || untilEnd(message);
}

/** Without empty lines at its ends. */
const untilEnd = (text: string) => text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();

/** The lines that the parser reads as quotes: each that may be one is given a mark, which is then looked for in quotes. */
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

/** As many lines and characters as a quote may have; what the cut leaves open is closed, or left out. */
function shortened(text: string): string {
	const lines = text.split(LINE);
	let cut = firstCharacters(lines.slice(0, QUOTE_LINES).join('\n'), QUOTE_CHARACTERS);
	if (lines.length <= QUOTE_LINES && cut.length === text.length) return text;
	// An address leads elsewhere without its end.
	if (/\S/.test(text[cut.length] ?? ' ')) cut = cut.replace(/\S*(?::\/\/|mailto:|www\.|@)\S*$/i, '');
	const whole = plain(text);
	for (let tries = 0; cut.trim() && tries < QUOTE_CUTS; tries++) {
		const ended = endings(cut.trimEnd()).find((ending) => {
			const said = plain(ending);
			return said.endsWith('…') && whole.startsWith(said.slice(0, -1).trimEnd());
		});
		if (ended) return ended;
		// Back to before the last sign, which may be the one that is open.
		cut = cut.replace(/(?:^|\n)?(?:\*+|_+|~+|`+|\[)[^*_~`[]*$/, '');
	}
	return '…';
}

/** The characters at the beginning, so many at most, and no visible one cut in two. */
function firstCharacters(text: string, most: number): string {
	let end = 0;
	let count = 0;
	// Firefox knows it since 125.
	const visible = 'Segmenter' in Intl ? Array.from(new Intl.Segmenter('en').segment(text), (it) => it.segment) : text;
	for (const one of visible) {
		count += characters(one);
		if (count > most) break;
		end += one.length;
	}
	return text.slice(0, end);
}

/** How a text that is cut may end: as it is, or with what closes its last fence or the signs of its last paragraph. */
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
