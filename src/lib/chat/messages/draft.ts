import { MAX_MESSAGE } from '../limits.ts';

/** Ids made by a browser or put into a form by the server; safe in a key. */
export const CLIENT_ID = /^[a-z0-9-]{16,40}$/;

/** `20261123`, in UTC. */
export function dayOf(timestamp: number): string {
	const date = new Date(timestamp);
	return String(date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate());
}

/** A page older than this many days cannot send, because its claims are swept. */
export const SEND_DAYS = 7;

const DAY = 86_400_000;

/** Whether the claims of `day` are kept. One day ahead is accepted, because the clocks of two nodes differ. */
export const isSendDayValid = (day: string, now: number) =>
	/^\d{8}$/.test(day) && day >= dayOf(now - SEND_DAYS * DAY) && day <= dayOf(now + DAY);

/** The day that a page carries; of a private room also the last adding, so that a message reaches nobody unknown to its writer. */
export const pageDay = (now: number, { added }: { added?: string }): string =>
	added === undefined ? dayOf(now) : `${dayOf(now)}.${added}`;

export function readPageDay(field: string): { day: string; added?: string } {
	const [day = '', added] = field.split('.', 2);
	return { day, added };
}

export const firstKeptDay = (now: number) => dayOf(now - (SEND_DAYS + 1) * DAY);

export type MessageText = { ok: true; text: string } | { ok: false; because: 'empty' | 'too-long' | 'too-many-bytes' };

/** Invisible text: spaces, format characters, blank letters of Hangul, the empty Braille cell. */
const BLANK = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** `String.prototype.toWellFormed`, which exists since Firefox 119 and Safari 16.4. */
export const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** Text from a form with `\n` line breaks and without control characters, which no font shows. */
export function clean(text: string): string {
	return (
		wellFormed(text)
			.replace(/\r\n?/g, '\n')
			// eslint-disable-next-line no-control-regex -- they are what is taken out
			.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
	);
}

export const trimmed = (typed: string) => clean(typed).trimEnd().replace(/^\n+/, '');

/** The bytes of a text within its JSON record. */
export const storedBytes = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length - 2;

/** The text to store, or a refusal. Length counts code points; `bytes` is the space that the store has for the text. */
export function messageText(typed: string, bytes = Infinity): MessageText {
	const text = trimmed(typed);
	if (BLANK.test(text)) return { ok: false, because: 'empty' };
	if (characters(text) > MAX_MESSAGE) return { ok: false, because: 'too-long' };
	if (storedBytes(text) > bytes) return { ok: false, because: 'too-many-bytes' };
	return { ok: true, text };
}

/** The text of a reply: the quote, an empty line, the typed text. A quote alone counts as empty. */
export function withQuote(quote: string, typed: string): string {
	const own = messageText(typed);
	if (!quote || (!own.ok && own.because === 'empty')) return typed;
	return `${trimmed(quote)}\n\n${trimmed(typed)}`;
}

export function characters(text: string): number {
	let count = 0;
	for (const _ of text) count++;
	return count;
}
