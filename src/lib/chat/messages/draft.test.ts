import { expect, test } from 'vitest';
import { CLIENT_ID, isSendDayValid, dayOf, firstKeptDay, messageText, storedBytes, withQuote } from './draft.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;

test('a text is kept as typed, except space at its end', () => {
	expect(messageText('  indented\r\n\tcode \n\n')).toEqual({ ok: true, text: '  indented\n\tcode' });
});

test('length counts characters, not code units', () => {
	expect(messageText('🎉'.repeat(8_000)).ok).toBe(true);
	expect(messageText('🎉'.repeat(8_001))).toEqual({ ok: false, because: 'too-long' });
});

test('invisible text is empty', () => {
	for (const text of ['', ' ', '\n\n', '\u200b\u200d', '\u3164', '\u2800', '\u00ad']) {
		expect(messageText(text), JSON.stringify(text)).toEqual({ ok: false, because: 'empty' });
	}
});

test('a page may send for seven days, and the claims of these days are kept', () => {
	expect(isSendDayValid(dayOf(NOON), NOON)).toBe(true);
	expect(isSendDayValid(dayOf(NOON - 7 * DAY), NOON)).toBe(true);
	expect(isSendDayValid(dayOf(NOON - 8 * DAY), NOON)).toBe(false);
	expect(isSendDayValid(dayOf(NOON + 2 * DAY), NOON)).toBe(false);
	expect(isSendDayValid('2026-11-23', NOON)).toBe(false);
	expect(firstKeptDay(NOON) <= dayOf(NOON - 7 * DAY)).toBe(true);
});

test('only short ids of plain characters may enter a key', () => {
	expect(CLIENT_ID.test('0123456789abcdef')).toBe(true);
	for (const id of [
		'short',
		'a'.repeat(41),
		'a:b-0000000000000000',
		'../../0000000000000',
		'ÀÀÀÀÀÀÀÀÀÀÀÀÀÀÀÀÀ',
		'__proto__0000000'
	]) {
		expect(CLIENT_ID.test(id), id).toBe(false);
	}
});

test('bytes are counted in the record, where a line break takes two', () => {
	expect(storedBytes('a\n"ü茶🎉')).toBe(1 + 2 + 2 + 2 + 3 + 4);
});

test('a text with more bytes than the store allows is refused', () => {
	expect(messageText('茶'.repeat(10), 30).ok).toBe(true);
	expect(messageText('茶'.repeat(10), 29)).toEqual({ ok: false, because: 'too-many-bytes' });
});

test('a reply needs a quote and a text; a quote alone is empty', () => {
	expect(withQuote('> Tea?\r\n\r\n', '\nYes. ')).toBe('> Tea?\n\nYes.');
	expect(withQuote('', '\nYes. ')).toBe('\nYes. ');
	for (const blank of ['', ' \n', '\u200b']) {
		expect(messageText(withQuote('> Tea?\n\n', blank))).toEqual({ ok: false, because: 'empty' });
	}
});
