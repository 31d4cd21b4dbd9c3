import type { Hpkv } from '../../../hpkv/port.ts';
import { BORDER } from '../../chat/messages/message-rows.ts';
import { MAX_ANSWER_BYTES, MAX_MESSAGE_ELEMENTS, MAX_PAGE_BYTES, PAGE } from '../../chat/limits.ts';
import { isMessage, readShownPart, type Shown } from '../messages/annotations.ts';

export type Place = { before: number } | { after: number } | { around: number } | undefined;

export interface Window {
	from: number;
	to: number;
	/** Records of these numbers, and of up to BORDER numbers below them. */
	found: Shown[];
}

/** How many numbers further a page reads, in two steps, when holes and voids leave it short of messages. */
const FURTHER = [4 * PAGE, 1_000];

/** Reads the window of `place`, extended in one direction until it has PAGE messages or the log ends. */
/** @param first the first number that the reader may read */
export function readWindow(store: Hpkv, room: string, place: Place, head: number, first: number): Promise<Window> {
	if (place && 'around' in place)
		return readAround(store, room, Math.max(first, Math.min(place.around, head)), head, first);
	if (place && 'after' in place) return readAfter(store, room, Math.max(first - 1, place.after), head, first);
	return readBefore(store, room, place ? Math.min(place.before - 1, head) : head, first);
}

async function readAround(store: Hpkv, room: string, n: number, head: number, first: number): Promise<Window> {
	const [from, to] = [Math.max(first, n - PAGE / 2), Math.min(head, n + PAGE / 2 - 1)];
	if (to < from) return { from, to, found: [] };
	const whole = await readShownPart(store, room, Math.max(first, from - BORDER), to, MAX_ANSWER_BYTES);
	if (whole.to === to && weigh(whole.shown) <= MAX_PAGE_BYTES) return { from, to, found: whole.shown };
	const [below, above] = await Promise.all([
		readDown(store, room, from, n, MAX_PAGE_BYTES / 2),
		readUp(store, room, n + 1, to, MAX_PAGE_BYTES / 2)
	]);
	return { from: below.from, to: above.to, found: [...below.found, ...above.found] };
}

async function readAfter(store: Hpkv, room: string, after: number, head: number, first: number): Promise<Window> {
	const from = after + 1;
	const messagesIn = (found: readonly Shown[]) => found.filter(isMessage).filter(({ n }) => n >= from);
	let to = Math.min(head, after + PAGE);
	let window = await readUp(store, room, Math.max(first, from - BORDER), to, MAX_PAGE_BYTES, from);
	for (const reach of FURTHER) {
		if (window.to < to || messagesIn(window.found).length >= PAGE || to >= head) break;
		to = Math.min(head, to + reach);
		const left = MAX_PAGE_BYTES - weigh(window.found);
		const next = await readUp(store, room, window.to + 1, to, left);
		window = { from, to: next.to, found: [...window.found, ...next.found] };
	}
	const messages = messagesIn(window.found);
	return {
		from,
		to: messages[PAGE]?.n === undefined ? window.to : (messages[PAGE - 1]?.n ?? window.to),
		found: window.found
	};
}

async function readBefore(store: Hpkv, room: string, to: number, first: number): Promise<Window> {
	let from = Math.max(first, to - PAGE + 1 - BORDER);
	let window = await readDown(store, room, from, to, MAX_PAGE_BYTES);
	for (const reach of FURTHER) {
		if (window.from > from || window.found.filter(isMessage).length >= PAGE || from === first) break;
		from = Math.max(first, from - reach);
		const next = await readDown(store, room, from, window.from - 1, MAX_PAGE_BYTES - weigh(window.found));
		window = { from: next.from, to, found: [...next.found, ...window.found] };
	}
	const messages = window.found.filter(isMessage);
	return { ...window, from: messages.length > PAGE ? (messages.at(-PAGE)?.n ?? window.from) : window.from };
}

/** Reads upward from `from` until `maxBytes`; at least one message from `counted` on. */
async function readUp(
	store: Hpkv,
	room: string,
	from: number,
	to: number,
	maxBytes: number,
	counted = from
): Promise<Window> {
	if (to < from) return { from, to, found: [] };
	const part = await readShownPart(store, room, from, to, MAX_ANSWER_BYTES);
	let bytes = 0;
	const end = part.shown.findIndex((entry) => {
		if (entry.n < counted) return false;
		const isFirst = bytes === 0;
		bytes += weigh([entry]);
		return bytes > maxBytes && !isFirst;
	});
	const cut = part.shown[end];
	return cut ? { from, to: cut.n - 1, found: part.shown.slice(0, end) } : { from, to: part.to, found: part.shown };
}

/** Reads downward from `to` until `maxBytes`; at least the last message. */
async function readDown(store: Hpkv, room: string, from: number, to: number, maxBytes: number): Promise<Window> {
	if (to < from) return { from, to, found: [] };
	const part = await readShownPart(store, room, from, to, MAX_ANSWER_BYTES);
	if (part.to < to) {
		const middle = Math.floor((from + to) / 2);
		const upper = await readDown(store, room, middle + 1, to, maxBytes);
		const left = maxBytes - weigh(upper.found);
		if (upper.from > middle + 1 || left <= 0) return upper;
		const lower = await readDown(store, room, from, middle, left);
		return { from: lower.from, to, found: [...lower.found, ...upper.found] };
	}
	let bytes = 0;
	const end = part.shown.findLastIndex((entry) => {
		const isFirst = bytes === 0;
		bytes += weigh([entry]);
		return bytes > maxBytes && !isFirst;
	});
	const cut = part.shown[end];
	return cut ? { from: cut.n + 1, to, found: part.shown.slice(end + 1) } : { from, to, found: part.shown };
}

/** Bytes of a message without its text, in HTML. The three below are in HTML and in the data for the script. */
const FRAME_BYTES = 3_000;
const CARD_BYTES = 3_000;
const FILE_BYTES = 2_500;
const ELEMENT_BYTES = 140;
/** The text is on the page as HTML, in the script's data, and once more as parsed blocks. */
const COPIES = 3;

/** Characters that may begin an element; the estimate is too high rather than too low. */
const MARKS = /[\n*_~`@[>]|(?:^|\s)[-\d]|https?:|mailto:/g;
/** These take up to six characters in HTML. */
const ESCAPED = /[<>&"'\\]/g;

function weigh(shown: readonly Shown[]): number {
	return shown.reduce((sum, entry) => {
		if (!isMessage(entry)) return sum;
		const { message, reactions, re, files = [] } = entry;
		const elements = Math.min(MAX_MESSAGE_ELEMENTS, 2 * (message.match(MARKS)?.length ?? 0));
		const escaped = message.match(ESCAPED)?.length ?? 0;
		const text = COPIES * (Buffer.byteLength(message) + 5 * escaped);
		const others = reactions ? Buffer.byteLength(JSON.stringify(reactions)) : 0;
		const frame = FRAME_BYTES + (re === undefined ? 0 : CARD_BYTES) + files.length * FILE_BYTES;
		return sum + frame + ELEMENT_BYTES * elements + text + others;
	}, 0);
}
