/**
 * Inline markup: **bold**, *italic* or _italic_, ~~struck~~, `code`, links, mentions, line breaks.
 * Near CommonMark, with differences for chat. Signs count at the edge of a word only, so `2*3*4` and snake_case stay
 * text; both ends must have as many signs; `__` is text (`__init__`). A backslash escapes brackets, and every sign in
 * the words of a link (names contain signs); elsewhere it stays, as in `¯\_(ツ)_/¯`.
 * Linear: each piece is read and nested once. At most eight signs wait for their other end; beyond, the oldest becomes
 * text, which also bounds the depth.
 */
import { addressIn, leadsTo, RUN } from './links.ts';
import type { Mentionable } from './mention-matcher.ts';

export type Inline =
	| { kind: 'text'; text: string }
	| { kind: 'break' }
	| { kind: 'code'; text: string }
	| { kind: 'mention'; text: string; me: boolean }
	/** A bare address; it leads to `text` unless `href` is set. */
	| { kind: 'address'; text: string; href?: string }
	/** A link with words; `to` is the host or mailbox shown beside them, empty within the app. */
	| { kind: 'link'; href: string; to: string; inside: Inline[] }
	| { kind: 'bold' | 'italic' | 'strike'; inside: Inline[] };

interface Sign {
	kind: 'sign';
	text: string;
	opens: boolean;
	closes: boolean;
}

/** Signs after a backslash: the backslash is dropped in the words of a link and kept elsewhere. */
interface Escaped {
	kind: 'escaped';
	text: string;
}

const MAX_OPEN = 8;

const SIGNS = String.raw`${'`'}+|\*+|_+|~+`;
const LANDMARK = new RegExp(String.raw`${SIGNS}|\\(?:[[\]\\]|${SIGNS})|[[\]@\n]|${RUN}`, 'gu');
/** `](target)`; brackets in the target nest at most once. */
const TARGET = /\]\(([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)/uy;

/** Scripts without spaces between words: every position is the edge of a word. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}`;
/** BEFORE precedes a word, AFTER follows one. `^_^`, `-_-`, `a/*.ts` and `\_` begin nothing. */
const BEFORE = new RegExp(
	String.raw`(?:^|[\s\p{Ps}\p{Pi}\p{So}\p{EMod}\ufe0f*_~–—${UNSPACED}]|(?![\/\\@#&%])\p{Po})$`,
	'u'
);
const AFTER = new RegExp(String.raw`^(?:$|[\s\p{Pe}\p{Pf}\p{Pd}\p{Po}\p{So}_~${UNSPACED}])`, 'u');

export function inlineMarkup(text: string, known?: Mentionable): Inline[] {
	const pieces: (Inline | Sign | Escaped)[] = [];
	let brackets: number[] = [];
	const codeEnds = text.includes('`') ? endsOfCode(text) : undefined;
	const mentions = known?.mentionsIn(text);
	let isEmphasized = false;
	let from = 0;
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
			// A run that is no address is skipped whole: searching inside it would take quadratic time.
			if (address) {
				const { typed, ...shown } = address;
				put(at, at + typed.length, { kind: 'address', ...shown });
			}
		}
	}
	put(text.length, text.length);
	return paired(pieces.map(unescaped));
}

/** Maps each run of backticks to the next run of the same length, which ends its code. */
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

/** A space at both ends separates the code from its backticks. */
const unpadded = (code: string) => (/^ .*[^ ].* $/s.test(code) ? code.slice(1, -1) : code);

/** Within `[words](target)` an address ends at the bracket that closes the words. */
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

/** The most signs of a kind in a row; a longer run is text. */
const MAX_DELIMITERS: Record<string, number> = { '*': 3, _: 1, '~': 2 };

/** Pairs signs and nests the pieces between them; unpaired signs become text. */
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
