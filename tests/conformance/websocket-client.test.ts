/** `@hpkv/websocket-client` 1.4.1 against the store, with both sockets that it can use in Node. */
import {
	ConnectionError,
	HPKVClientFactory,
	WebsocketTokenManager,
	type ConnectionConfig,
	type HPKVApiClient,
	type HPKVNotificationResponse,
	type HPKVSubscriptionClient
} from '@hpkv/websocket-client';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { eventually, fresh, official, storeForFile, wait } from './official.ts';

const store = storeForFile();
const unthrottled: ConnectionConfig = { throttling: { enabled: false } };

let open: (HPKVApiClient | HPKVSubscriptionClient)[] = [];
afterEach(async () => {
	for (const client of open) {
		await client.disconnect();
		client.destroy();
	}
	open = [];
	vi.unstubAllGlobals();
});

function apiClient(config = unthrottled): HPKVApiClient {
	const client = HPKVClientFactory.createApiClient(store.apiKey, store.baseUrl, config);
	open.push(client);
	return client;
}

async function connected(config = unthrottled): Promise<HPKVApiClient> {
	const client = apiClient(config);
	await client.connect();
	return client;
}

/** The protected socket below a client, to break it as a network would. */
const socketOf = (client: HPKVApiClient | HPKVSubscriptionClient) =>
	(client as unknown as { ws: { close(code: number, reason?: string): void } }).ws;

async function token(subscribe: string[], accessPattern?: string, older = false): Promise<string> {
	if (!older) {
		const manager = new WebsocketTokenManager(store.apiKey, store.baseUrl);
		return manager.generateToken({ subscribePatterns: subscribe, accessPattern });
	}
	// What the client sent up to 1.2.
	const response = await fetch(`${store.baseUrl}/token/websocket`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-api-key': store.apiKey },
		body: JSON.stringify({ subscribeKeys: subscribe, accessPattern })
	});
	return ((await response.json()) as { token: string }).token;
}

async function subscriber(subscribe: string[], accessPattern?: string, older = false) {
	const client = HPKVClientFactory.createSubscriptionClient(
		await token(subscribe, accessPattern, older),
		store.baseUrl,
		unthrottled
	);
	open.push(client);
	const heard: HPKVNotificationResponse[] = [];
	const id = client.subscribe((notification) => heard.push(notification));
	await client.connect();
	return { client, heard, id };
}

/** With `ws`, as in Node before 22, and with the global WebSocket, as in browsers and in Node since. */
describe.each(['ws', 'the global WebSocket'])('with %s', (which) => {
	beforeEach(() => {
		if (which === 'ws') vi.stubGlobal('WebSocket', undefined);
	});

	describe('the API client', () => {
		official([1], 'connects, shares one attempt among callers, disconnects for all of them', async () => {
			const client = apiClient();
			await Promise.all([client.connect(), client.connect()]);
			expect(client.getConnectionStats().isConnected).toBe(true);
			await Promise.all([client.disconnect(), client.disconnect()]);
			expect(client.getConnectionStats().isConnected).toBe(false);
		});

		official([2], 'tells of connecting and disconnecting, and of a base URL that is none', async () => {
			const told: string[] = [];
			const client = apiClient();
			client.on('connected', () => told.push('connected'));
			client.on('disconnected', () => told.push('disconnected'));
			await client.connect();
			await client.disconnect();
			await eventually(() => told.length === 2);
			expect(told).toEqual(['connected', 'disconnected']);

			const wrong = HPKVClientFactory.createApiClient('key', 'invalid-url');
			const errors: unknown[] = [];
			wrong.on('error', (error) => errors.push(error));
			await expect(wrong.connect()).rejects.toBeInstanceOf(ConnectionError);
			expect(errors.length).toBeGreaterThan(0);
			wrong.destroy();
		});

		official([3, 4], 'sets and gets text as it is and objects as their JSON', async () => {
			const client = await connected();
			const key = fresh();
			expect(await client.set(key, 'text')).toMatchObject({ success: true, code: 200 });
			expect(await client.get(key)).toMatchObject({ code: 200, value: 'text' });
			await client.set(key, { a: [1, 'é'] });
			expect((await client.get(key)).value).toBe('{"a":[1,"é"]}');
		});

		official([5], 'deletes, after which nothing is found', async () => {
			const client = await connected();
			const key = fresh();
			await client.set(key, 'x');
			expect(await client.delete(key)).toMatchObject({ success: true, code: 200 });
			await expect(client.get(key)).rejects.toMatchObject({ code: 404 });
		});

		official([6], 'patches an object member by member', async () => {
			const client = await connected();
			const key = fresh();
			await client.set(key, { name: 'soup', value: 123 });
			expect(await client.set(key, { value: 456, newField: true }, true)).toMatchObject({ success: true, code: 200 });
			expect(JSON.parse(String((await client.get(key)).value))).toEqual({ name: 'soup', value: 456, newField: true });
		});

		official([7], 'ranges in the order of keys, and up to a limit', async () => {
			const client = await connected();
			const prefix = fresh('p');
			for (const n of [3, 1, 2]) await client.set(`${prefix}-${n}`, `${n}`);
			const all = await client.range(`${prefix}-1`, `${prefix}-3`);
			expect(all).toMatchObject({ code: 200, count: 3, truncated: false });
			expect(all.records.map(({ key }) => key)).toEqual([1, 2, 3].map((n) => `${prefix}-${n}`));
			const two = await client.range(`${prefix}-1`, `${prefix}-3`, { limit: 2 });
			expect([two.records.length, two.truncated]).toEqual([2, true]);
		});

		official([8], 'counts from nothing', async () => {
			const client = await connected();
			const key = fresh('n');
			expect(await client.atomicIncrement(key, 1)).toMatchObject({ code: 200, success: true, newValue: 1 });
			expect(await client.atomicIncrement(key, 5)).toMatchObject({ newValue: 6 });
			const older = fresh('n');
			await client.set(older, '0');
			await client.atomicIncrement(older, 1);
			expect(Number((await client.get(older)).value)).toBe(1);
		});

		official([9], 'is told what is not found', async () => {
			const client = await connected();
			for (const ask of [() => client.get(fresh()), () => client.delete(fresh())]) {
				await expect(ask()).rejects.toMatchObject({
					code: 404,
					message: expect.stringContaining('Record not found') as string
				});
			}
		});

		official([10], 'is refused an empty key and an empty value', async () => {
			const client = await connected();
			await expect(client.set('', 'x')).rejects.toMatchObject({ code: 400 });
			await expect(client.set(fresh(), '')).rejects.toMatchObject({ code: 400 });
		});

		official([11], 'asks nothing before it is connected', async () => {
			await expect(apiClient().get('a')).rejects.toThrow('WebSocket is not open');
		});

		official([12], 'paces itself when told to, and hurries when not', async () => {
			const paced = await connected({ throttling: { enabled: true, rateLimit: 3 } });
			let began = performance.now();
			await Promise.all(Array.from({ length: 10 }, () => paced.set(fresh(), 'x')));
			expect(10 / ((performance.now() - began) / 1_000)).toBeLessThanOrEqual(3.4);
			const free = await connected();
			began = performance.now();
			await Promise.all(Array.from({ length: 5 }, () => free.set(fresh(), 'x')));
			expect(performance.now() - began).toBeLessThan(1_000);
		});

		// Browsers may close with 1000 and 3000 to 4999 only.
		official([13], 'comes back after the line broke, and works on', async () => {
			const client = await connected({ ...unthrottled, initialDelayBetweenReconnects: 50 });
			const told: string[] = [];
			for (const event of ['disconnected', 'reconnecting', 'connected'] as const) {
				client.on(event, () => told.push(event));
			}
			socketOf(client).close(which === 'ws' ? 1002 : 3002, 'broken');
			await eventually(() => told.includes('connected'));
			expect(told.slice(0, 3)).toEqual(['disconnected', 'reconnecting', 'connected']);
			expect(await client.set(fresh(), 'x')).toMatchObject({ code: 200 });
		});
	});

	describe('the subscription client', () => {
		official([14], 'connects with a token and disconnects', async () => {
			for (const older of [true, false]) {
				const { client } = await subscriber([fresh('sub-test')], 'sub-test-*', older);
				expect(client.getConnectionStats().isConnected).toBe(true);
				await client.disconnect();
				expect(client.getConnectionStats().isConnected).toBe(false);
			}
		});

		official([15], 'is refused with a bad token before it is connected', async () => {
			const client = HPKVClientFactory.createSubscriptionClient('invalid-token', store.baseUrl);
			client.on('error', () => {});
			const error: unknown = await client.connect().catch((reason: unknown) => reason);
			expect(error).toBeInstanceOf(ConnectionError);
			// The global socket, as a browser's, does not tell the status.
			expect(String(error)).toMatch(which === 'ws' ? /403/ : /non-101|WebSocket/);
			expect(client.getConnectionStats().isConnected).toBe(false);
			client.destroy();
		});

		official([16, 17], 'works on every key that its token admits, subscribed or not', async () => {
			const key = fresh('sub-test');
			const { client } = await subscriber([key], 'sub-test-*');
			for (const each of [key, fresh('sub-test')]) {
				expect(await client.set(each, 'x')).toMatchObject({ code: 200 });
				expect(await client.get(each)).toMatchObject({ code: 200, value: 'x' });
				expect(await client.delete(each)).toMatchObject({ code: 200 });
				await expect(client.get(each)).rejects.toMatchObject({ code: 404 });
			}
		});

		official([18], 'is refused every key that its token does not admit', async () => {
			const sub = (await subscriber([fresh('sub-test')], 'sub-test-*')).client;
			const restricted = (await subscriber([fresh('restricted-key')], 'restricted-key-*')).client;
			for (const [client, key] of [
				[sub, fresh('restricted-key')],
				[restricted, fresh('sub-test')]
			] as const) {
				await expect(client.set(key, 'x')).rejects.toMatchObject({ code: 403 });
				await expect(client.get(key)).rejects.toMatchObject({ code: 403 });
			}
		});

		official([19, 21], 'hears, as does every other, what an API client sets', async () => {
			const key = fresh('sub-test');
			const [ada, grace] = [await subscriber([key], 'x'), await subscriber([key], 'x', true)];
			const api = await connected();
			await api.set(key, 'soup');
			await eventually(() => ada.heard.length === 1 && grace.heard.length === 1);
			expect(ada.heard[0]).toMatchObject({ type: 'notification', key, value: 'soup' });
			expect(grace.heard[0]).toEqual(ada.heard[0]);
		});

		official([20], 'hears nothing of keys that it did not subscribe to', async () => {
			const { client, heard } = await subscriber([fresh('sub-test')], 'sub-test-*');
			await client.set(fresh('sub-test'), 'x');
			await wait(100);
			expect(heard).toEqual([]);
		});

		official([22], 'stops listening by itself, and the server is none the wiser', async () => {
			const key = fresh('sub-test');
			const { client, heard, id } = await subscriber([key], '^$');
			const others: unknown[] = [];
			client.subscribe((notification) => others.push(notification));
			client.unsubscribe(id);
			await (await connected()).set(key, 'x');
			await eventually(() => others.length === 1);
			expect(heard).toEqual([]);
		});

		official([23], 'hears a value that is set again', async () => {
			const key = fresh('sub-test');
			const { heard } = await subscriber([key], '^$');
			const api = await connected();
			await api.set(key, 'same');
			await api.set(key, 'same');
			await eventually(() => heard.length === 2);
		});

		official([24], 'comes back with the same token, and hears each write once', async () => {
			const key = fresh('sub-test');
			const { client, heard } = await subscriber([key], '^$');
			let returns = 0;
			client.on('connected', () => returns++);
			socketOf(client).close(3001, 'broken');
			await eventually(() => returns > 0);
			await (await connected()).set(key, 'x');
			await eventually(() => heard.length > 0);
			await wait(100);
			expect(heard).toHaveLength(1);
		});

		official([25], 'does not tell whom it was told not to', async () => {
			const client = HPKVClientFactory.createSubscriptionClient(await token([fresh()], '^$'), store.baseUrl);
			open.push(client);
			let told = 0;
			const listener = () => told++;
			client.on('connected', listener);
			client.off('connected', listener);
			await client.connect();
			expect(told).toBe(0);
		});
	});
});
