import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { hostedStore } from './rest.ts';
import { StoreRefused, StoreUnavailable } from '../port.ts';
import { PacedQueue, QUEUE_BOUNDS } from './paced-queue.ts';

const KEY = 'canary-api-key-000000';
let server: Server | undefined;

/** An endpoint with the answers of the test. */
async function endpoint(answer: (req: IncomingMessage, res: ServerResponse, asked: number) => void, timeout?: number) {
	const asked: string[] = [];
	server = createServer((req, res) => {
		asked.push(`${req.method} ${req.url}`);
		answer(req, res, asked.length);
	});
	await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
	const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return { asked, baseUrl, store: hostedStore({ baseUrl, apiKey: KEY, timeout }) };
}

afterEach(() => {
	server?.closeAllConnections();
	server?.close();
});

const json = (res: ServerResponse, status: number, body: unknown) => res.writeHead(status).end(JSON.stringify(body));

test('operations that are safe to repeat are tried three times', async () => {
	const { store, asked } = await endpoint((_, res, n) =>
		n < 3 ? json(res, 503, { error: 'away' }) : json(res, 200, { key: 'a', value: 'x' })
	);
	expect(await store.get('a')).toBe('x');
	expect(asked).toEqual(['GET /record/a', 'GET /record/a', 'GET /record/a']);
});

test('operations are not tried a fourth time', async () => {
	const { store, asked } = await endpoint((_, res) => json(res, 500, { error: 'Internal error' }));
	await expect(store.set('a', 'x')).rejects.toBeInstanceOf(StoreUnavailable);
	expect(asked).toHaveLength(3);
});

test('increments and appends are tried once', async () => {
	const { store, asked } = await endpoint((_, res) => json(res, 500, { error: 'Internal error' }));
	await expect(store.increment('a')).rejects.toBeInstanceOf(StoreUnavailable);
	await expect(store.patch('a', ';1')).rejects.toBeInstanceOf(StoreUnavailable);
	expect(asked).toEqual(['POST /record/atomic', 'POST /record']);
});

test('increments and appends that the endpoint refused with 429 are asked again until they are done', async () => {
	const { store, asked } = await endpoint((_, res, n) =>
		n < 3 ? res.writeHead(429, { 'retry-after': '0' }).end('{}') : json(res, 200, { newValue: 1, success: true })
	);
	expect(await store.increment('a')).toBe(1);
	expect(asked).toHaveLength(3);
	await store.patch('a', ';1');
	expect(asked).toHaveLength(4);
});

test('an endpoint that answers nothing but 429 is unavailable, and the error says when to ask again', async () => {
	const { asked, baseUrl } = await endpoint((_, res) => json(res, 429, { error: 'Rate limit exceeded' }));
	const queue = new PacedQueue({ ...QUEUE_BOUNDS, maxWaitMs: { send: 500, read: 500, background: 500 } });
	const error = await hostedStore({ baseUrl, apiKey: KEY, queue })
		.set('a', 'x')
		.catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(StoreUnavailable);
	expect((error as StoreUnavailable).retryAfterMs).toBeGreaterThanOrEqual(1_000);
	expect(asked.length).toBeLessThan(5);
});

test('a refusal keeps its code and text and is not retried', async () => {
	const { store, asked } = await endpoint((_, res) => json(res, 403, { error: 'Permission denied' }));
	await expect(store.set('a', 'x')).rejects.toEqual(
		expect.objectContaining({ code: 403, message: 'Permission denied' }) as StoreRefused
	);
	expect(asked).toHaveLength(1);
});

test('an endpoint that does not answer, breaks off or answers malformed is unavailable', async () => {
	const silent = await endpoint(() => {}, 300);
	await expect(silent.store.increment('a')).rejects.toThrow('did not answer within 300 ms');
	server?.closeAllConnections();
	server?.close();
	const broken = await endpoint((req) => req.socket.destroy());
	await expect(broken.store.increment('a')).rejects.toBeInstanceOf(StoreUnavailable);
	server?.close();
	const other = await endpoint((_, res) => res.end('<html>'));
	await expect(other.store.increment('a')).rejects.toBeInstanceOf(StoreUnavailable);
	server?.close();
	const shape = await endpoint((_, res) => json(res, 200, { success: true }));
	await expect(shape.store.increment('a')).rejects.toThrow('shape');
});

test('the API key is in a header, in no URL and in no error, and is not carried to another host', async () => {
	let redirected = 0;
	const elsewhere = createServer((_, res) => {
		redirected++;
		res.end('{}');
	});
	await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
	const away = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
	const { store, asked } = await endpoint((req, res) => {
		expect(req.headers['x-api-key']).toBe(KEY);
		res.writeHead(307, { location: away }).end();
	});
	const error = await store.increment('a').catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(StoreUnavailable);
	expect(`${String(error)} ${asked.join()}`).not.toContain('canary');
	expect(redirected).toBe(0);
	elsewhere.close();
});

test('a base URL may have a path and a slash at its end', async () => {
	const { asked, baseUrl } = await endpoint((_, res) => json(res, 200, { value: 'x' }));
	for (const suffix of ['', '/', '/hpkv', '/hpkv/']) {
		await hostedStore({ baseUrl: baseUrl + suffix, apiKey: KEY }).get('a');
	}
	expect(asked).toEqual(['GET /record/a', 'GET /record/a', 'GET /hpkv/record/a', 'GET /hpkv/record/a']);
});

test('bounds are encoded once, and twice only where a second decoding would change them', async () => {
	const { store, asked } = await endpoint((_, res) => json(res, 200, { records: [], count: 0 }));
	await store.range('a b', 'a%41');
	await store.range('50%', 'a+b\0', 7);
	expect(asked).toEqual([
		'GET /records?startKey=a%20b&endKey=a%252541&limit=100',
		'GET /records?startKey=50%25&endKey=a%2Bb%00&limit=7'
	]);
});

test('keys that a URL cannot carry are refused before anything is sent', async () => {
	const { store, asked } = await endpoint((_, res) => json(res, 200, { value: 'x' }));
	await expect(store.get('.')).rejects.toBeInstanceOf(StoreRefused);
	await expect(store.delete('..')).rejects.toBeInstanceOf(StoreRefused);
	expect(asked).toEqual([]);
});

test('a token request lists keys in both fields, and as patterns only keys without pattern signs', async () => {
	const bodies: unknown[] = [];
	const { store } = await endpoint((req, res) => {
		req.on('data', (chunk: Buffer) => bodies.push(JSON.parse(chunk.toString())));
		req.on('end', () => json(res, 200, { token: 't' }));
	});
	await store.token({ subscribeKeys: ['a', 'b*'], accessPattern: '^$' });
	expect(bodies).toEqual([{ subscribeKeys: ['a', 'b*'], subscribePatterns: ['a'], accessPattern: '^$' }]);
});
