/**
 * Which numbers of a room one page shows: as many messages as a page has, and no more than it can hold. What does not fit is
 * left to the page before or after it.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { BORDER } from '../../chat/messages/message-rows.ts';
import { MAX_ANSWER_BYTES, MAX_MESSAGE_ELEMENTS, MAX_PAGE_BYTES, PAGE } from '../../chat/limits.ts';
import { isMessage, readShownPart, type Shown } from '../messages/annotations.ts';

/** Which messages a page shows: the newest, those before or after a number, or those around one. */
export type Place = { before: number } | { after: number } | { around: number } | undefined;

export interface Window {
	/** The numbers that the page covers, both included. */
	from: number;
	to: number;
	/** The records of these numbers, and of the BORDER below them. */
	found: Shown[];
}

/** How many numbers further a page looks, twice at most, when holes and voids leave it short of messages. */
const FURTHER = [4 * PAGE, 1_000];

/**
 * The records of the place's window, and beyond it in one direction until there is a page of messages or nothing more.
 * A little more is read below it: what the first message may go on from.
 */
export function readWindow(store: Hpkv, room: string, place: Place, head: number): Promise<Window> {
	if (place && 'around' in place) return readAround(store, room, Math.min(place.around, head), head);
	if (place && 'after' in place) return readAfter(store, room, place.after, head);
	return readBefore(store, room, place ? Math.min(place.before - 1, head) : head);
}

async function readAround(store: Hpkv, room: string, n: number, head: number): Promise<Window> {
	const [from, to] = [Math.max(1, n - PAGE / 2), Math.min(head, n + PAGE / 2 - 1)];
	if (to < from) return { from, to, found: [] };
	const whole = await readShownPart(store, room, Math.max(1, from - BORDER), to, MAX_ANSWER_BYTES);
	if (whole.to === to && weigh(whole.shown) <= MAX_PAGE_BYTES) return { from, to, found: whole.shown };
	const [below, above] = await Promise.all([
		readDown(store, room, from, n, MAX_PAGE_BYTES / 2),
		readUp(store, room, n + 1, to, MAX_PAGE_BYTES / 2)
	]);
	return { from: below.from, to: above.to, found: [...below.found, ...above.found] };
}

async function readAfter(store: Hpkv, room: string, after: number, head: number): Promise<Window> {
	const from = after + 1;
	const messagesIn = (found: readonly Shown[]) => found.filter(isMessage).filter(({ n }) => n >= from);
	let to = Math.min(head, after + PAGE);
	let window = await readUp(store, room, Math.max(1, from - BORDER), to, MAX_PAGE_BYTES, from);
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

async function readBefore(store: Hpkv, room: string, to: number): Promise<Window> {
	let from = Math.max(1, to - PAGE + 1 - BORDER);
	let window = await readDown(store, room, from, to, MAX_PAGE_BYTES);
	for (const reach of FURTHER) {
		if (window.from > from || window.found.filter(isMessage).length >= PAGE || from === 1) break;
		from = Math.max(1, from - reach);
		const next = await readDown(store, room, from, window.from - 1, MAX_PAGE_BYTES - weigh(window.found));
		window = { from: next.from, to, found: [...next.found, ...window.found] };
	}
	const messages = window.found.filter(isMessage);
	return { ...window, from: messages.length > PAGE ? (messages.at(-PAGE)?.n ?? window.from) : window.from };
}

/** From `from` upward until it would be too much; at least the first message from `counted` on. */
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

/** From `to` downward until it would be too much; at least the last message. */
async function readDown(store: Hpkv, room: string, from: number, to: number, maxBytes: number): Promise<Window> {
	if (to < from) return { from, to, found: [] };
	const part = await readShownPart(store, room, from, to, MAX_ANSWER_BYTES);
	if (part.to < to) {
		// Ranges walk upward: the upper half comes first.
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

/** What each message brings besides its text: its place, its picture, its time. */
const FRAME_BYTES = 3_000;
/** An element in HTML, and as the script reads it. */
const ELEMENT_BYTES = 140;
/** As HTML, as the script reads it, and once more as blocks. */
const COPIES = 3;

/** What may begin an element: rather too much. */
const MARKS = /[\n*_~`@[>]|(?:^|\s)[-\d]|https?:|mailto:/g;
/** Written as up to six characters. */
const ESCAPED = /[<>&"'\\]/g;

/** Bytes that these take on a page, by an estimate. */
function weigh(shown: readonly Shown[]): number {
	return shown.reduce((sum, entry) => {
		if (!isMessage(entry)) return sum;
		const { message, reactions } = entry;
		const elements = Math.min(MAX_MESSAGE_ELEMENTS, 2 * (message.match(MARKS)?.length ?? 0));
		const escaped = message.match(ESCAPED)?.length ?? 0;
		const text = COPIES * (Buffer.byteLength(message) + 5 * escaped);
		const others = reactions ? Buffer.byteLength(JSON.stringify(reactions)) : 0;
		return sum + FRAME_BYTES + ELEMENT_BYTES * elements + text + others;
	}, 0);
}
