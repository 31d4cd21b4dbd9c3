import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, test, vi } from 'vitest';
import { allowLongTime, allowShortTime } from './patience.ts';

test('a request that nobody answers for ends after the time of a form', () => {
	vi.useFakeTimers();
	const made = () => Object.assign(new EventEmitter(), { complete: false, destroy: vi.fn() });
	const [stranger, known] = [made(), made()];
	for (const each of [stranger, known]) allowShortTime(each as unknown as IncomingMessage, 1_000);
	allowLongTime(known as unknown as IncomingMessage);
	vi.advanceTimersByTime(2_000);
	expect([stranger.destroy.mock.calls.length, known.destroy.mock.calls.length]).toEqual([1, 0]);
	vi.useRealTimers();
});
