import { expect, test } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { ChatMessage } from './message.ts';
import { isChatMessage, isRoomChange, readLive } from './live-events.ts';

test('a stored message is read as a message', () => {
	const message = said('kitchen', 7);
	expect(readLive(JSON.stringify(message))).toEqual({ kind: 'message', message });
});

test('a late change is read as a change', () => {
	const change = { m: 3, kind: 'late', n: 7, timestamp: 1 };
	expect(readLive(JSON.stringify(change))).toEqual({ kind: 'change', change });
});

test('any other live event is unknown', () => {
	for (const text of ['', 'pong', 'null', '[]', '{}', '{"n":0}', JSON.stringify({ ...said('kitchen', 1), n: '1' })]) {
		expect(readLive(text).kind, text).toBe('unknown');
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

test('room changes are accepted, and other values are refused', () => {
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
