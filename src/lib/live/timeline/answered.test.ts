import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { MAX_ANSWERED_LOOKUPS } from '../../chat/limits.ts';
import type { Answered } from '../../chat/messages/answered.ts';
import { CardLoader } from './answered.lazy.ts';
import type { TimelineState } from './timeline-merge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function timelineOf(...replies: number[]) {
	const messages = replies.map((re, i) => ({ ...said('kitchen', 100 + i), re }));
	const state: TimelineState = { messages, cursor: { message: 200, holes: [], change: 0 }, from: 100, early: [] };
	return {
		held: state,
		get cursor() {
			return this.held.cursor;
		},
		turn(step: (held: TimelineState) => TimelineState) {
			this.held = step(this.held);
		}
	};
}

const cardOf = (n: number): Answered => ({ sender: 'Ada', text: `Message ${n}` });
const cardsOf = (numbers: readonly number[]) => Object.fromEntries(numbers.map((n) => [n, cardOf(n)]));

test('missing cards are asked for once, in bounded questions, one at a time', async () => {
	const timeline = timelineOf(...Array.from({ length: MAX_ANSWERED_LOOKUPS + 1 }, (_, i) => i + 1), 1);
	const load = vi.fn((numbers: readonly number[]) => Promise.resolve(cardsOf(numbers)));
	const loader = new CardLoader(timeline, load);
	void loader.loadMissing();
	void loader.loadMissing();
	await vi.runAllTimersAsync();
	expect(load.mock.calls.map(([numbers]) => numbers.length)).toEqual([MAX_ANSWERED_LOOKUPS, 1]);
	expect(timeline.held.messages.map(({ re = 0, answered }) => [re, answered])).toEqual(
		timeline.held.messages.map(({ re = 0 }) => [re, cardOf(re)])
	);
});

test('a number that an answer leaves out is not asked for again, and a failed question is, at the next call', async () => {
	const timeline = timelineOf(1, 2);
	const load = vi.fn<(numbers: readonly number[]) => Promise<Record<number, Answered>>>();
	load.mockRejectedValueOnce(new Error('Not reached')).mockResolvedValueOnce(cardsOf([2]));
	const loader = new CardLoader(timeline, load);
	void loader.loadMissing();
	await vi.runAllTimersAsync();
	expect(timeline.held.messages.every(({ answered }) => !answered)).toBe(true);
	void loader.loadMissing();
	await vi.runAllTimersAsync();
	expect(timeline.held.messages.map(({ answered }) => answered)).toEqual([{ text: '' }, cardOf(2)]);
	expect(load).toHaveBeenCalledTimes(2);
});

test('a card is asked for again if a change came meanwhile', async () => {
	const timeline = timelineOf(1);
	const load = vi.fn((numbers: readonly number[]) => {
		if (load.mock.calls.length > 1) return Promise.resolve({ 1: { sender: 'Ada', text: 'Edited' } });
		timeline.held = { ...timeline.held, cursor: { ...timeline.cursor, change: 1 } };
		return Promise.resolve(cardsOf(numbers));
	});
	void new CardLoader(timeline, load).loadMissing();
	await vi.runAllTimersAsync();
	expect(timeline.held.messages[0]?.answered?.text).toBe('Edited');
});
