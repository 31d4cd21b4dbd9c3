import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backToNode, browser, pass } from '../../../../tests/fixtures/browser.ts';
import { fetchMessages } from './messages.ts';

beforeEach(browser);
afterEach(backToNode);

test('a request for a page of messages times out, so that the next one can be sent', async () => {
	vi.stubGlobal('fetch', (_: string, { signal }: RequestInit = {}) => {
		const { promise, reject } = Promise.withResolvers<Response>();
		signal?.addEventListener('abort', () => reject(signal.reason as Error));
		return promise;
	});
	const came = vi.fn();
	fetchMessages('/rooms/kitchen', 'before=51').then(came, came);
	await pass(19_000);
	expect(came).not.toHaveBeenCalled();
	await pass(1_000);
	expect(came).toHaveBeenCalledWith(expect.objectContaining({ name: 'TimeoutError' }));
});
