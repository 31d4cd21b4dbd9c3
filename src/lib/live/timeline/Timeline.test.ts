import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { joinOlder, trimmed } from './timeline-pages.ts';
import { HOLD_BACK_MS, Timeline } from './Timeline.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const message = (n: number) => said('kitchen', n);
const open = () => new Timeline({ messages: [message(1), message(2)], cursor: { message: 2, holes: [], change: 0 } });
const shown = (timeline: Timeline) => timeline.messages.map(({ n }) => n);

test('messages after a jump wait for the missing ones', () => {
	const timeline = open();
	timeline.receive(message(4));
	expect([shown(timeline), timeline.waiting.map(({ n }) => n)]).toEqual([[1, 2], [4]]);
	timeline.receive(message(3));
	expect([shown(timeline), timeline.waiting]).toEqual([[1, 2, 3, 4], []]);
});

test('what has happened before the first message is above it when it comes', () => {
	const line = { kind: 'line', n: 1, timestamp: 1, text: '' } as const;
	const early = [{ ...line, m: 1, above: 'Ada added Bo' }];
	const timeline = new Timeline({ messages: [], early, cursor: { message: 0, holes: [], change: 1 } });
	timeline.receiveChange({ ...line, m: 2, above: 'Ada added Bo, Cy' });
	timeline.receive(message(1));
	expect(timeline.messages.map(({ line }) => line?.above)).toEqual(['Ada added Bo, Cy']);
});

test('a hole is passed on screen after three seconds, and is still asked for', () => {
	const timeline = open();
	timeline.receive(message(4));
	vi.advanceTimersByTime(HOLD_BACK_MS);
	expect(shown(timeline)).toEqual([1, 2, 4]);
	expect(timeline.cursor.holes).toEqual([3]);
	timeline.receive(message(3));
	expect(shown(timeline)).toEqual([1, 2, 3, 4]);
});

test('a late message that is announced takes nothing off the screen', () => {
	const timeline = new Timeline({
		messages: [message(1), message(3)],
		cursor: { message: 3, holes: [], change: 0 }
	});
	timeline.receiveChange({ m: 1, kind: 'late', n: 2, timestamp: 1 });
	expect(shown(timeline)).toEqual([1, 3]);
	timeline.receive(message(2));
	expect(shown(timeline)).toEqual([1, 2, 3]);
});

test('a reader who missed too much jumps to the newest page, and the gap is marked', () => {
	const timeline = open();
	timeline.jump({
		messages: [message(3_001), message(3_002)],
		older: 3_001,
		cursor: { message: 3_002, holes: [], change: 0 }
	});
	expect([shown(timeline), timeline.gapAfter]).toEqual([[3_001, 3_002], 2]);
	timeline.receive(message(3_003));
	timeline.receive(message(3));
	expect(shown(timeline)).toEqual([3_001, 3_002, 3_003]);
});

test('a gap is marked although the newest message was received before the page', () => {
	const timeline = open();
	timeline.receive(message(3_002));
	timeline.jump({
		messages: [message(3_001), message(3_002)],
		older: 3_001,
		cursor: { message: 3_002, holes: [], change: 0 }
	});
	expect([shown(timeline), timeline.gapAfter]).toEqual([[3_001, 3_002], 2]);
});

test('a gap is gone when the pages between have been loaded', () => {
	const timeline = open();
	const cursor = { message: 5, holes: [], change: 0 };
	timeline.jump({ messages: [message(5)], older: 5, cursor });
	timeline.turn((held) => joinOlder(held, { messages: [message(4)], older: 4, newer: 4, cursor }));
	expect(timeline.gapAfter).toBe(2);
	timeline.turn((held) => joinOlder(held, { messages: [message(2), message(3)], older: 2, newer: 3, cursor }));
	expect([shown(timeline), timeline.gapAfter]).toEqual([[2, 3, 4, 5], undefined]);
});

test('a bound removes the oldest message when one arrives, but none while messages are held back', () => {
	const timeline = open();
	timeline.bound = (held) => trimmed(held, Infinity, 2);
	timeline.receive(message(4));
	timeline.receive(message(5));
	expect(shown(timeline)).toEqual([1, 2]);
	timeline.receive(message(3));
	expect([shown(timeline), timeline.held.from]).toEqual([[4, 5], 4]);
});
