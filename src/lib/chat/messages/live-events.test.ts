import { expect, test } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { ChatMessage } from './message.ts';
import { parseReadMark } from '../reading/parse-read-mark.ts';
import { isChatMessage, parseEntry } from './live-events.ts';

test('parseEntry reads a stored message as a message', () => {
	const message = said('kitchen', 7);
	expect(parseEntry(message)).toEqual({ kind: 'message', message });
});

test('parseEntry reads a late change as a change', () => {
	const change = { m: 3, kind: 'late', n: 7, timestamp: 1 };
	expect(parseEntry(change)).toEqual({ kind: 'change', change });
});

test('parseEntry refuses other values, such as those of other keys', () => {
	const ofOtherKeys = [{ here: { count: 1, names: ['Ada'], at: 1 } }, { typing: [] }, { room: 'kitchen', n: 1 }];
	for (const value of [undefined, null, 'pong', [], {}, { n: 0 }, { ...said('kitchen', 1), n: '1' }, ...ofOtherKeys]) {
		expect(parseEntry(value), JSON.stringify(value)).toBeUndefined();
	}
});

test('parseReadMark reads a mark, and refuses other values', () => {
	expect(parseReadMark({ room: 'kitchen', n: 0, back: true })).toEqual({ room: 'kitchen', n: 0, back: true });
	for (const value of [undefined, null, 7, [], {}, { room: 'kitchen' }, { room: 'kitchen', n: 1.5 }, { n: 1 }]) {
		expect(parseReadMark(value), JSON.stringify(value)).toBeUndefined();
	}
});

test('isChatMessage and the schema agree', () => {
	const whole = said('kitchen', 7);
	for (const field of Object.keys(whole)) {
		for (const value of [undefined, null, 'text', 7, -1, 1.5, true, {}]) {
			const candidate = { ...whole, [field]: value };
			expect(isChatMessage(candidate), `${field}: ${JSON.stringify(value)}`).toBe(
				ChatMessage.safeParse(candidate).success
			);
		}
	}
});
