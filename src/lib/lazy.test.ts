import { afterEach, expect, test, vi } from 'vitest';
import { lazy, PART_MISSING } from './lazy.ts';

afterEach(() => vi.unstubAllGlobals());

test('callers of one lazy part continue in the order of their calls', async () => {
	// Simulates a bundler's preload: the first import waits for the part's styles, later imports do not.
	const delays = [20, 0, 0];
	const part = lazy(() => new Promise<string>((resolve) => setTimeout(resolve, delays.shift(), 'part')));
	const order: number[] = [];
	await Promise.all([1, 2, 3].map((n) => part().then(() => order.push(n))));
	expect(order).toEqual([1, 2, 3]);
});

test('a part that failed to load is loaded again at the next call, and the window receives one event', async () => {
	const sent: string[] = [];
	vi.stubGlobal('dispatchEvent', (event: Event) => sent.push(event.type));
	const load = vi.fn().mockRejectedValueOnce(new Error('offline')).mockResolvedValue('part');
	const part = lazy(load);
	expect(await Promise.all([part(), part()])).toEqual([undefined, undefined]);
	expect(sent).toEqual([PART_MISSING]);
	expect(await part()).toBe('part');
	expect(load).toHaveBeenCalledTimes(2);
});
