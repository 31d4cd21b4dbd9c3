import { MAX_MESSAGE } from '../limits.ts';

/** Ids that a browser makes, or that the server put into a form: what may enter a key. */
export const CLIENT_ID = /^[a-z0-9-]{16,40}$/;

/** A day as it stands in a key: `20261123`, in UTC. */
export function dayOf(timestamp: number): string {
	const date = new Date(timestamp);
	return String(date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate());
}

/** A page older than this many days no longer sends: its claims are swept. */
export const SEND_DAYS = 7;

const DAY = 86_400_000;

/** Whether the claims of `day` are still kept. A day ahead is let through: clocks of two nodes differ. */
export const isSendDayValid = (day: string, now: number) =>
	/^\d{8}$/.test(day) && day >= dayOf(now - SEND_DAYS * DAY) && day <= dayOf(now + DAY);

/** The first day whose claims are kept. */
export const firstKeptDay = (now: number) => dayOf(now - (SEND_DAYS + 1) * DAY);

export type MessageText = { ok: true; text: string } | { ok: false; because: 'empty' | 'too-long' | 'too-many-bytes' };

/** Invisible when alone: spaces of all kinds, format characters, blank letters of Hangul, the empty Braille cell. */
const BLANK = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** `String.prototype.toWellFormed`, which Firefox has from 119 on and Safari from 16.4. */
export const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** What forms send, made one line break a break, without the characters that no font shows and no store should keep. */
export function clean(text: string): string {
	return (
		wellFormed(text)
			.replace(/\r\n?/g, '\n')
			// eslint-disable-next-line no-control-regex -- they are what is taken out
			.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
	);
}

/** What is sent of what was typed. */
export const trimmed = (typed: string) => clean(typed).trimEnd().replace(/^\n+/, '');

/** The bytes that a text takes within its record, which is JSON. */
export const storedBytes = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length - 2;

/**
 * The text of a message as it will be stored, or why it can't be. Length counts code points: an emoji is one.
 * @param bytes how many of them the store has for it
 */
export function messageText(typed: string, bytes = Infinity): MessageText {
	const text = trimmed(typed);
	if (BLANK.test(text)) return { ok: false, because: 'empty' };
	if (characters(text) > MAX_MESSAGE) return { ok: false, because: 'too-long' };
	if (storedBytes(text) > bytes) return { ok: false, because: 'too-many-bytes' };
	return { ok: true, text };
}

/** The text of a reply: what it quotes, an empty line, and what was typed. A quote alone is no reply, and stays empty. */
export function withQuote(quote: string, typed: string): string {
	const own = messageText(typed);
	if (!quote || (!own.ok && own.because === 'empty')) return typed;
	return `${trimmed(quote)}\n\n${trimmed(typed)}`;
}

/** Code points, not UTF-16 units. */
export function characters(text: string): number {
	let count = 0;
	for (const _ of text) count++;
	return count;
}
