import { stringify } from 'devalue';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backToNode, browser, pass } from '../../../../tests/fixtures/browser.ts';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { changeMessage, loadMessages, markUnread } from './client.lazy.ts';
import { markRead } from './client.ts';
import { sendMessage } from './send.lazy.ts';
import { starRoom } from './room-list.lazy.ts';

beforeEach(browser);
afterEach(backToNode);

const unsent = {
	id: 'send-1',
	day: '20261123',
	person: 'ada',
	sender: 'Ada',
	message: 'Tea?',
	timestamp: 1,
	state: 'sending'
} as const;

/** Answers every request; collects the requests. */
function server(answer: () => Response | Promise<Response>) {
	const requests: { address: string; body: string; keepalive?: boolean }[] = [];
	vi.stubGlobal('fetch', (address: string, { body, keepalive }: RequestInit = {}) => {
		requests.push({ address, body: String(body as URLSearchParams), keepalive });
		return Promise.resolve(answer());
	});
	return requests;
}

/** The answer of a form action, as SvelteKit writes it. */
const action = (type: string, status: number, data?: unknown, headers = {}) =>
	new Response(JSON.stringify({ type, status, data: data === undefined ? undefined : stringify(data) }), { headers });

const lost = () => Promise.reject(new TypeError('Failed to fetch'));

test('loadMessages times out after 20 seconds, so that the next page can be asked for', async () => {
	vi.stubGlobal('fetch', (_: string, { signal }: RequestInit = {}) => {
		const { promise, reject } = Promise.withResolvers<Response>();
		signal?.addEventListener('abort', () => reject(signal.reason as Error));
		return promise;
	});
	const came = vi.fn();
	loadMessages('/rooms/kitchen', 'before=51').then(came, came);
	await pass(19_000);
	expect(came).not.toHaveBeenCalled();
	await pass(1_000);
	expect(came).toHaveBeenCalledWith(expect.objectContaining({ name: 'TimeoutError' }));
});

test('loadMessages throws where the server answers with an error', async () => {
	server(() => new Response('', { status: 503 }));
	await expect(loadMessages('/rooms/kitchen', '')).rejects.toThrow('The server answered 503');
});

test('sendMessage posts the send id, its day and who has written it, and returns the stored message', async () => {
	const message = said('kitchen', 7);
	const requests = server(() => action('success', 200, { sent: message }));
	expect(await sendMessage('/rooms/kitchen', unsent)).toEqual({ kind: 'sent', message });
	expect(requests).toEqual([
		{ address: '/rooms/kitchen?/send', body: 'message=Tea%3F&sendId=send-1&day=20261123&as=ada', keepalive: true }
	]);
});

test('sendMessage without an answer waits for connection: not reached, no JSON, no result of the action', async () => {
	for (const answer of [lost, () => new Response('<html>'), () => action('error', 500), () => action('success', 200)]) {
		server(answer);
		expect(await sendMessage('/rooms/kitchen', unsent)).toEqual({
			kind: 'noResponse',
			sentence: 'Waiting for connection.'
		});
	}
});

test('sendMessage while the store is away has no answer, because the message may be stored', async () => {
	server(() => action('failure', 503, { send: { error: 'away' } }));
	expect(await sendMessage('/rooms/kitchen', unsent)).toEqual({
		kind: 'noResponse',
		sentence: expect.stringContaining('can’t save') as string
	});
});

test('sendMessage over the rate limit returns the seconds of Retry-After, or one', async () => {
	server(() => action('failure', 429, { send: { error: 'That was too fast.' } }, { 'retry-after': '3' }));
	expect(await sendMessage('/rooms/kitchen', unsent)).toMatchObject({ kind: 'refusal', retryAfterSeconds: 3 });
	server(() => action('failure', 429, { limited: 'That was too fast.' }));
	expect(await sendMessage('/rooms/kitchen', unsent)).toMatchObject({ kind: 'refusal', retryAfterSeconds: 1 });
});

test('sendMessage returns a refusal with its status, its sentence and the ids for another try', async () => {
	const send = { error: 'This page is old.', sendId: 'send-2', day: '20261124', message: 'Tea?' };
	server(() => action('failure', 409, { send }));
	expect(await sendMessage('/rooms/kitchen', unsent)).toEqual({
		kind: 'refusal',
		status: 409,
		sentence: 'This page is old.',
		retryAfterSeconds: undefined,
		ids: { id: 'send-2', day: '20261124' }
	});
});

test('changeMessage returns the change, or why there is none', async () => {
	const change = { kind: 'delete', m: 3, n: 1, timestamp: 1 };
	server(() => action('success', 200, { changed: change }));
	expect(await changeMessage('/rooms/kitchen', 'delete', { n: '1' })).toEqual({ change });
	server(() => action('failure', 403, { change: { error: 'It is not yours.' } }));
	expect(await changeMessage('/rooms/kitchen', 'delete', { n: '1' })).toEqual({ reason: 'It is not yours.' });
	server(lost);
	expect(await changeMessage('/rooms/kitchen', 'delete', { n: '1' })).toEqual({
		reason: expect.stringContaining('Can’t connect') as string
	});
});

test('markUnread returns a refusal, or nothing', async () => {
	server(() => action('success', 200, {}));
	expect(await markUnread('/rooms/kitchen', 3)).toBeUndefined();
	server(lost);
	expect(await markUnread('/rooms/kitchen', 3)).toMatch(/Can’t connect/);
});

test('markRead throws where the post must be repeated, and accepts a refusal that is final', async () => {
	server(() => new Response(null, { status: 401 }));
	await markRead('/rooms/kitchen', 3);
	server(() => new Response(null, { status: 503 }));
	await expect(markRead('/rooms/kitchen', 3)).rejects.toThrow('The server answered 503');
});

test('a refused star says why, and an accepted one says nothing', async () => {
	server(() => action('failure', 409, { star: { error: 'You can star 80 rooms.' } }));
	expect(await starRoom('kitchen', true)).toBe('You can star 80 rooms.');
	server(() => action('success', 200, { starred: true }));
	expect(await starRoom('kitchen', true)).toBeUndefined();
});
