import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Debounce } from './debounce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a burst of twenty messages in two seconds is reported once, a second later', () => {
	const tell = vi.fn();
	const burst = new Debounce(tell);
	for (let n = 0; n < 20; n++) {
		burst.more();
		vi.advanceTimersByTime(100);
	}
	expect(tell).not.toHaveBeenCalled();
	vi.advanceTimersByTime(900);
	expect(tell).toHaveBeenCalledTimes(1);
	vi.advanceTimersByTime(60_000);
	expect(tell).toHaveBeenCalledTimes(1);
});

test('a burst without a pause is reported every five seconds', () => {
	const tell = vi.fn();
	const burst = new Debounce(tell);
	for (let second = 0; second < 20; second += 0.5) {
		burst.more();
		vi.advanceTimersByTime(500);
	}
	expect(tell).toHaveBeenCalledTimes(4);
});

test('a stopped debounce reports nothing', () => {
	const tell = vi.fn();
	const burst = new Debounce(tell);
	burst.more();
	burst.stop();
	vi.advanceTimersByTime(60_000);
	expect(tell).not.toHaveBeenCalled();
});
