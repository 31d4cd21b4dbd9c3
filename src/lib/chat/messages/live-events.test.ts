import { expect, test } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { ChatMessage } from './message.ts';
import { isChatMessage, isRoomChange, readLive } from './live-events.ts';

test('a stored message is understood as it stands', () => {
	const message = said('kitchen', 7);
	expect(readLive(JSON.stringify(message))).toEqual({ kind: 'message', message });
});

test('a late change is understood', () => {
	const change = { m: 3, kind: 'late', n: 7, timestamp: 1 };
	expect(readLive(JSON.stringify(change))).toEqual({ kind: 'change', change });
});

test('anything else is unknown, and is asked for', () => {
	for (const text of ['', 'pong', 'null', '[]', '{}', '{"n":0}', JSON.stringify({ ...said('kitchen', 1), n: '1' })]) {
		expect(readLive(text).kind, text).toBe('unknown');
	}
});

test('the hand-written guard and the schema agree', () => {
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

test('what becomes of a room is told apart from what is not', () => {
	for (const change of [{ name: 'Galley', slug: 'galley' }, { topic: '' }, { archived: true }]) {
		expect(isRoomChange({ id: 'kitchen', ...change })).toBe(true);
	}
	for (const other of [
		undefined,
		null,
		7,
		[],
		{},
		{ id: 7 },
		{ id: 'kitchen', name: 7 },
		{ id: 'kitchen', topic: [] }
	]) {
		expect(isRoomChange(other), JSON.stringify(other)).toBe(false);
	}
});
