/**
 * What is within a paragraph: **bold**, *italic* or _italic_, ~~struck~~, `code`, links, mentions, line breaks.
 *
 * Near CommonMark, with the differences that chat asks for. A sign counts at the edge of a word only, so `2*3*4` and
 * snake_case stay text; both ends must have as many signs; `__` is text (`__init__`); a backslash escapes brackets, and in the
 * words of a link every sign (names have some), and nothing else, since in `¯\_(ツ)_/¯` it would cost an arm: code shows signs
 * as they are.
 *
 * Linear: every piece is read once and put into another once, and at most eight signs wait for their other end, the
 * oldest of which goes back to text. That bounds the depth as well.
 */
import { addressIn, leadsTo, RUN } from './links.ts';
import type { Mentionable } from './mention-matcher.ts';

export type Inline =
	| { kind: 'text'; text: string }
	| { kind: 'break' }
	| { kind: 'code'; text: string }
	| { kind: 'mention'; text: string; me: boolean }
	/** A bare address: its text is where it leads, unless `href` is. */
	| { kind: 'address'; text: string; href?: string }
	/** Words that lead somewhere; `to` is the host or mailbox to be shown beside them, '' within the app. */
	| { kind: 'link'; href: string; to: string; inside: Inline[] }
	| { kind: 'bold' | 'italic' | 'strike'; inside: Inline[] };

interface Sign {
	kind: 'sign';
	text: string;
	opens: boolean;
	closes: boolean;
}

/** Signs after a backslash: text without it in the words of a link, with it anywhere else. */
interface Escaped {
	kind: 'escaped';
	text: string;
}

const MAX_OPEN = 8;

const SIGNS = String.raw`${'`'}+|\*+|_+|~+`;
const LANDMARK = new RegExp(String.raw`${SIGNS}|\\(?:[[\]\\]|${SIGNS})|[[\]@\n]|${RUN}`, 'gu');
/** `](target)`, in which brackets are paired at most once. */
const TARGET = /\]\(([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)/uy;

/** Scripts without spaces between words: every place in them is the edge of one. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}`;
/** After these a word begins, before those one has ended. `^_^`, `-_-`, `a/*.ts` and `\_` begin nothing. */
const BEFORE = new RegExp(
	String.raw`(?:^|[\s\p{Ps}\p{Pi}\p{So}\p{EMod}\ufe0f*_~–—${UNSPACED}]|(?![\/\\@#&%])\p{Po})$`,
	'u'
);
const AFTER = new RegExp(String.raw`^(?:$|[\s\p{Pe}\p{Pf}\p{Pd}\p{Po}\p{So}_~${UNSPACED}])`, 'u');

export function inlineMarkup(text: string, known?: Mentionable): Inline[] {
	const pieces: (Inline | Sign | Escaped)[] = [];
	/** Where in `pieces` each bracket that may begin a link stands. */
	let brackets: number[] = [];
	const codeEnds = text.includes('`') ? endsOfCode(text) : undefined;
	const mentions = known?.mentionsIn(text);
	let isEmphasized = false;
	let from = 0;
	/** What was passed over is text; `piece` is what stands between it and `end`. */
	const put = (at: number, end: number, piece?: Inline | Sign | Escaped) => {
		if (at > from) pieces.push({ kind: 'text', text: text.slice(from, at) });
		if (piece) pieces.push(piece);
		LANDMARK.lastIndex = from = end;
	};

	LANDMARK.lastIndex = 0;
	for (let match; (match = LANDMARK.exec(text));) {
		const { index: at, 0: run } = match;
		const end = at + run.length;
		if (run === '\n') put(at, end, { kind: 'break' });
		else if (run === '@') {
			const mention = mentions?.get(at);
			if (mention) put(at, mention.end, { kind: 'mention', text: text.slice(at, mention.end), me: mention.me });
		} else if (run.startsWith('\\')) {
			const text = run.slice(1);
			if (/^[[\]]/.test(text)) put(at, end, { kind: 'text', text });
			else if (brackets.length) put(at, end, { kind: 'escaped', text });
			else LANDMARK.lastIndex = at + 1;
		} else if (run === '[') {
			put(at, at);
			brackets.push(pieces.length);
			put(at, end, { kind: 'text', text: run });
		} else if (run === ']') {
			const bracket = brackets.pop();
			if (bracket === undefined) continue;
			TARGET.lastIndex = at;
			const [whole = '', href = ''] = TARGET.exec(text) ?? [];
			const to = leadsTo(href);
			if (to === undefined) continue;
			put(at, at);
			const inside = pieces.slice(bracket + 1);
			if (!inside.some((piece) => 'text' in piece && piece.text.trim())) continue;
			pieces.length = bracket;
			put(at, at + whole.length, { kind: 'link', href, to, inside: paired(inside.map(inLink)) });
			// No link within a link.
			brackets = [];
		} else if (run.startsWith('`')) {
			const close = codeEnds?.get(at);
			if (close === undefined) continue;
			put(at, close + run.length, { kind: 'code', text: unpadded(text.slice(end, close)) });
		} else if (/^[*_~]/.test(run)) {
			const sides = flanks(text, at, end);
			put(at, end, { kind: 'sign', text: run, ...sides });
			if (run === '_') isEmphasized = sides.opens || (isEmphasized && !sides.closes);
		} else {
			const address = addressIn(brackets.length ? beforeBracket(run) : run, isEmphasized);
			// A run that is no address is passed over whole; looking for another inside it would cost a square.
			if (address) {
				const { typed, ...shown } = address;
				put(at, at + typed.length, { kind: 'address', ...shown });
			}
		}
	}
	put(text.length, text.length);
	return paired(pieces.map(unescaped));
}

/** Where the code that begins at each run of backticks ends: at the next run of as many. */
function endsOfCode(text: string): ReadonlyMap<number, number> {
	const ends = new Map<number, number>();
	const next = new Map<number, number>();
	for (const { index, 0: run } of [...text.matchAll(/`+/g)].reverse()) {
		const end = next.get(run.length);
		if (end !== undefined) ends.set(index, end);
		next.set(run.length, index);
	}
	return ends;
}

/** A space at both ends is there for a backtick beside it. */
const unpadded = (code: string) => (/^ .*[^ ].* $/s.test(code) ? code.slice(1, -1) : code);

/** Within `[words](target)` an address ends at the bracket that ends the words. */
function beforeBracket(run: string): string {
	let open = 0;
	for (let i = 0; i < run.length; i++) {
		if (run[i] === '[') open++;
		else if (run[i] === ']' && open-- === 0) return run.slice(0, i);
	}
	return run;
}

const inLink = (piece: Inline | Sign | Escaped): Inline | Sign =>
	piece.kind === 'address' || piece.kind === 'escaped' ? { kind: 'text', text: piece.text } : piece;

const unescaped = (piece: Inline | Sign | Escaped): Inline | Sign =>
	piece.kind === 'escaped' ? { kind: 'text', text: `\\${piece.text}` } : piece;

function flanks(text: string, at: number, end: number): Pick<Sign, 'opens' | 'closes'> {
	const before = text.slice(Math.max(0, at - 2), at);
	const after = text.slice(end, end + 2);
	return {
		opens: BEFORE.test(before) && /^[^\s)\]},;]/.test(after),
		closes: AFTER.test(after) && /[^\s([{\\]$/.test(before)
	};
}

/** The most signs of a kind in a row; one more, and they are text. */
const MAX_DELIMITERS: Record<string, number> = { '*': 3, _: 1, '~': 2 };

/** Signs and what stands between them, put into one another; signs without their other end are text again. */
function paired(pieces: readonly (Inline | Sign)[]): Inline[] {
	const out: Inline[] = [];
	const open: { at: number; sign: string; left: number; count: number }[] = [];
	for (const piece of pieces) {
		if (piece.kind !== 'sign') {
			out.push(piece);
			continue;
		}
		const sign = piece.text[0] ?? '';
		const count = piece.text.length;
		let left = count;
		const fits = count <= (MAX_DELIMITERS[sign] ?? 0) && (sign !== '~' || count === 2);
		while (fits && piece.closes && left > 0) {
			const i = open.findLastIndex((o) => o.sign === sign && (o.count === count || o.count === 3 || count === 3));
			const opener = open[i];
			if (!opener) break;
			const used = Math.min(opener.left, left, 2);
			const inside = joined(out.splice(opener.at + 1));
			left -= used;
			opener.left -= used;
			// What was opened in between has no other end.
			open.length = opener.left ? i + 1 : i;
			if (opener.left) out[opener.at] = { kind: 'text', text: sign.repeat(opener.left) };
			else out.pop();
			out.push({ kind: sign === '~' ? 'strike' : used === 2 ? 'bold' : 'italic', inside });
		}
		if (left === 0) continue;
		if (fits && piece.opens) {
			open.push({ at: out.length, sign, left, count });
			if (open.length > MAX_OPEN) open.shift();
		}
		out.push({ kind: 'text', text: sign.repeat(left) });
	}
	return joined(out);
}

/** Texts that stand beside each other are one. */
function joined(found: readonly Inline[]): Inline[] {
	const out: Inline[] = [];
	let texts: string[] = [];
	const end = () => {
		if (texts.length) out.push({ kind: 'text', text: texts.join('') });
		texts = [];
	};
	for (const word of found) {
		if (word.kind === 'text') texts.push(word.text);
		else {
			end();
			out.push(word);
		}
	}
	end();
	return out;
}
