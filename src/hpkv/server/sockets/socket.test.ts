import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { serve, type Served } from '../../../../tests/contract/served.ts';
import { refusedUpgrade, talk, type Talker } from '../../../../tests/contract/talker.ts';
import {
	MAX_BUFFERED_BYTES,
	MAX_IN_FLIGHT,
	MAX_RANGES_IN_FLIGHT,
	MISSED_PINGS,
	PING_EVERY,
	TOKEN_LIFE
} from '../../protocol/limits.ts';
import { GroupCommit } from '../../engine/single-process/group-commit.ts';

let served: Served;
const token = (subscribeKeys: string[], accessPattern = '^$') =>
	served.store.client.token({ subscribeKeys, accessPattern });
const listen = async (subscribeKeys: string[], accessPattern?: string): Promise<Talker> =>
	talk(`${served.socketUrl}?token=${await token(subscribeKeys, accessPattern)}`);

beforeAll(async () => {
	served = await serve({
		prefix: '/hpkv',
		allowedOrigin: (origin, host) => origin === `http://${host}`
	});
});
afterAll(() => served.close());

describe('the upgrade', () => {
	test('a bad token is refused with 403, a bad or missing API key with 401', async () => {
		expect(await refusedUpgrade(`${served.socketUrl}?token=invalid-token`)).toBe(403);
		expect(await refusedUpgrade(`${served.socketUrl}?token=`)).toBe(403);
		expect(await refusedUpgrade(`${served.socketUrl}?token=%zz`)).toBe(403);
		expect(await refusedUpgrade(`${served.socketUrl}?apiKey=wrong`)).toBe(401);
		expect(await refusedUpgrade(served.socketUrl)).toBe(401);
	});

	test('the API key is taken from the URL or from its header', async () => {
		expect(await refusedUpgrade(`${served.socketUrl}?apiKey=${served.apiKey}`)).toBe(101);
		expect(await refusedUpgrade(served.socketUrl, { 'x-api-key': served.apiKey })).toBe(101);
	});

	test('a wrong path is 404, and one that is not the store’s is left alone', async () => {
		expect(await refusedUpgrade(served.socketUrl.replace('/ws', '/wss'))).toBe(404);
		expect(await refusedUpgrade(served.socketUrl.replace('/ws', '//ws'))).toBe(404);
		// The host's own answer.
		expect(await refusedUpgrade(served.socketUrl.replace('/hpkv/ws', '/ws'))).toBe(404);
		expect(await refusedUpgrade(served.socketUrl.replace('/hpkv/ws', '/hpkvx/ws'))).toBe(404);
	});

	test('a refused client that keeps its side open loses the connection', async () => {
		const { hostname, port, pathname } = new URL(served.socketUrl);
		const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
		const closed = new Promise((close) => socket.once('close', close));
		socket.on('error', () => {}).resume();
		socket.write(`GET ${pathname}?token=x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
		const dribble = setInterval(() => socket.write('x'), 20);
		await closed;
		clearInterval(dribble);
	});

	test('an expired token is refused', async () => {
		const long = await token(['a']);
		vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + TOKEN_LIFE + 1 });
		try {
			expect(await refusedUpgrade(`${served.socketUrl}?token=${long}`)).toBe(403);
		} finally {
			vi.useRealTimers();
		}
	});

	const { host } = { host: () => new URL(served.socketUrl).host };
	test.each([
		'null',
		'https://chat.example',
		'http://127.0.0.1',
		'http://127.0.0.1:1',
		'https://HOST',
		'http://HOST.evil.example',
		'http://evil.HOST',
		'http://HOST/',
		'http://HOST@evil.example',
		'ws://HOST',
		'file://',
		''
	])('the origin %j is refused with 403, whatever token comes with it', async (form) => {
		const origin = form.replace('HOST', host());
		const url = `${served.socketUrl}?token=${await token(['a'])}`;
		expect(await refusedUpgrade(url, { origin })).toBe(403);
	});

	test('the page’s own origin, and a client that is no page, are admitted', async () => {
		const url = `${served.socketUrl}?token=${await token(['a'])}`;
		expect(await refusedUpgrade(url, { origin: `http://${host()}` })).toBe(101);
		expect(await refusedUpgrade(url)).toBe(101);
	});

	test('what was refused is logged without the token or key that it brought', async () => {
		await refusedUpgrade(`${served.socketUrl}?token=canary-token`);
		await refusedUpgrade(`${served.socketUrl}?apiKey=canary-key`);
		const log = JSON.stringify(served.events);
		expect(log).toContain('socket-refused');
		expect(log).not.toContain('canary');
	});
});

describe('operations', () => {
	test('all six are answered with code 200 and the number of the request', async () => {
		const ada = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
		expect(await ada.ask({ op: 2, key: 'o', value: '{"a":1}' })).toMatchObject({ code: 200, success: true });
		expect(await ada.ask({ op: 3, key: 'o', value: '{"b":2}' })).toMatchObject({ code: 200, success: true });
		expect(await ada.ask({ op: 1, key: 'o' })).toEqual({ code: 200, key: 'o', value: '{"a":1,"b":2}', messageId: 3 });
		expect(await ada.ask({ op: 6, key: 'n', value: 5 })).toMatchObject({
			code: 200,
			success: true,
			newValue: 5,
			result: 5
		});
		expect(await ada.ask({ op: 5, key: 'n', endKey: 'o' })).toMatchObject({ code: 200, count: 2, truncated: false });
		expect(await ada.ask({ op: 4, key: 'o' })).toMatchObject({ code: 200, success: true });
		expect(await ada.ask({ op: 4, key: 'o' })).toMatchObject({ code: 404, error: 'Record not found', key: 'o' });
		expect(ada.frames.some((frame) => frame.code === 200 && 'error' in frame)).toBe(false);
		ada.close();
	});

	test('a token that may touch no key is refused all six, and is heard all the same', async () => {
		const ada = await listen(['live']);
		await served.store.client.set('live', 'before');
		const asked = [
			{ op: 1, key: 'live' },
			{ op: 2, key: 'live', value: 'x' },
			{ op: 3, key: 'live', value: 'x' },
			{ op: 4, key: 'live' },
			{ op: 5, key: 'live', endKey: 'live' },
			{ op: 6, key: 'live', value: 1 }
		];
		for (const frame of asked) {
			expect(await ada.ask(frame)).toMatchObject({
				code: 403,
				error: 'Access denied: Key does not match allowed pattern'
			});
		}
		expect(await served.store.client.get('live')).toBe('before');
		await ada.until(({ value }) => value === 'before');
		ada.close();
	});

	test('a range needs both of its ends and shows only what may be touched', async () => {
		for (const key of ['p:a', 'p:b', 'p:c!']) await served.store.client.set(key, 'x');
		const ada = await listen([], '^p:[a-z]?$');
		expect(await ada.ask({ op: 5, key: 'p:', endKey: 'p:z' })).toMatchObject({ code: 200, count: 2 });
		expect(await ada.ask({ op: 5, key: 'p:', endKey: 'q' })).toMatchObject({ code: 403 });
		expect(await ada.ask({ op: 5, key: 'o', endKey: 'p:' })).toMatchObject({ code: 403 });
		ada.close();
	});

	test('a writer hears its reply before its own notification', async () => {
		const ada = await listen(['mine'], '^mine$');
		await ada.ask({ op: 2, key: 'mine', value: 'x' });
		await ada.until(({ type }) => type === 'notification');
		expect(ada.frames.map(({ code, type }) => code ?? type)).toEqual([200, 'notification']);
		ada.close();
	});

	test.each([
		['not JSON', 'Invalid JSON'],
		['{"op":1,"key":"a"', 'Invalid JSON'],
		['null', 'Unknown operation'],
		['7', 'Unknown operation'],
		['[{"op":1,"key":"a"}]', 'A request is one operation: an array is not supported'],
		['{"op":2,"key":"a","value":"x","ttl":60}', 'A record stays until it is deleted: ttl is not supported'],
		['{"op":5,"key":"a","endKey":"b","reverse":true}', 'A range ascends by key: reverse is not supported'],
		['{"op":1,"key":"a\0"}', 'Invalid JSON'],
		['{}', 'Unknown operation'],
		['{"op":7,"key":"a"}', 'Unknown operation'],
		['{"op":"1","key":"a"}', 'Unknown operation'],
		['{"op":99999999999999999999,"key":"a"}', 'Unknown operation'],
		['{"__proto__":{"op":1,"key":"a"}}', 'Unknown operation'],
		['{"op":1}', 'Key must be a string'],
		['{"op":1,"key":["a"]}', 'Key must be a string'],
		['{"op":1,"key":""}', 'Key must not be empty'],
		['{"op":1,"key":"a\\u0000"}', 'Key must not contain NUL'],
		['{"op":1,"key":"\\ud800"}', 'Key must be well-formed Unicode'],
		['{"op":2,"key":"a"}', 'Value must be a string'],
		['{"op":2,"key":"a","value":{}}', 'Value must be a string'],
		['{"op":2,"key":"a","value":""}', 'Value must not be empty'],
		['{"op":3,"key":"a","value":""}', 'Value must not be empty'],
		['{"op":2,"key":"a","value":"\\udc00"}', 'Value must be well-formed Unicode'],
		['{"op":6,"key":"a","value":"1"}', 'Increment must be a safe integer'],
		['{"op":6,"key":"a","value":1.5}', 'Increment must be a safe integer'],
		['{"op":6,"key":"a","value":1e308}', 'Increment must be a safe integer'],
		['{"op":6,"key":"a","value":9007199254740993}', 'Increment must be a safe integer'],
		['{"op":6,"key":"a"}', 'Increment must be a safe integer'],
		['{"op":5,"key":"a"}', 'Range bound must be a string'],
		['{"op":5,"key":"a","endKey":"b","limit":0}', 'Limit must be a positive integer'],
		['{"op":5,"key":"a","endKey":"b","limit":-1}', 'Limit must be a positive integer'],
		['{"op":5,"key":"a","endKey":"b","limit":"9"}', 'Limit must be a positive integer']
	])('%s is a 400, and the socket goes on', async (frame, error) => {
		const ada = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
		ada.send(frame);
		expect(await ada.until(({ code }) => code === 400)).toMatchObject({ code: 400, error });
		expect(await ada.ask({ op: 5, key: 'zz', endKey: 'zz', limit: 1e9 })).toMatchObject({ code: 200 });
		ada.close();
	});

	test('a binary frame is a 400; text that is no UTF-8 ends the socket with 1007', async () => {
		const ada = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
		ada.socket.send(Buffer.from('{"op":1,"key":"a","messageId":1}'), { binary: true });
		expect(await ada.until(({ code }) => code === 400)).toMatchObject({ error: 'Invalid JSON' });
		ada.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
		expect(await ada.closed).toBe(1007);
	});

	test('a value beyond the limit is a 400, a frame far beyond it ends the socket with 1009', async () => {
		const ada = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
		const ask = (length: number) => ada.ask({ op: 2, key: 'big', value: 'x'.repeat(length) });
		expect(await ask(40_960)).toMatchObject({ code: 200 });
		expect(await ask(40_961)).toMatchObject({ code: 400, error: 'Value must be at most 40960 bytes' });
		expect(await ask(100 * 1024)).toMatchObject({ code: 400 });
		ada.send({ op: 2, key: 'big', value: 'x'.repeat(1_000_000), messageId: 99 });
		expect(await ada.closed).toBe(1009);
	});

	test('a message in endless fragments ends the socket with 1008', async () => {
		const ada = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
		for (let n = 0; n < 200; n++) ada.socket.send('x', { fin: false });
		expect(await ada.closed).toBe(1008);
	});

	test.each([
		['ranges', 'range', MAX_RANGES_IN_FLIGHT, { op: 5, key: 'a', endKey: 'z' }],
		['operations', 'get', MAX_IN_FLIGHT, { op: 1, key: 'a' }]
	] as const)(
		'%s of one socket beyond the limit in flight are 429, and the socket stays open',
		async (_, name, most, frame) => {
			const ada = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
			const release = Promise.withResolvers<void>();
			const held = vi.spyOn(GroupCommit.prototype, name).mockReturnValue(release.promise as Promise<never>);
			try {
				const replies = Array.from({ length: most + 20 }, () => ada.ask(frame));
				const early = await Promise.all(replies.slice(most));
				expect(new Set(early.map(({ code, error }) => `${String(code)} ${String(error)}`))).toEqual(
					new Set(['429 Rate limit exceeded'])
				);
				release.resolve();
				const late = await Promise.all(replies.slice(0, most));
				expect(late.filter(({ code }) => code === 429)).toEqual([]);
			} finally {
				release.resolve();
				held.mockRestore();
			}
			expect(await ada.ask(frame)).not.toMatchObject({ code: 429 });
			ada.close();
		}
	);
});

describe('notifications', () => {
	test('each write to a heard key is told once, with the raw value and the time, whoever wrote it and how', async () => {
		const [ada, grace] = [await listen(['kitchen']), await listen(['kitchen', 'attic'])];
		const before = Date.now();
		await served.store.client.set('kitchen', '"soup"');
		await served.store.client.set('kitchen', '"soup"');
		await served.store.client.patch('kitchen', '!');
		await fetch(`${served.baseUrl}/record/kitchen`, { method: 'DELETE', headers: { 'x-api-key': served.apiKey } });
		await served.store.client.increment('kitchen', 3);
		await served.store.client.set('cellar', 'unheard');
		await served.store.client.set('attic', 'last');
		await grace.until(({ key }) => key === 'attic');
		expect(ada.notifications().map(({ value }) => value)).toEqual(['"soup"', '"soup"', '!', null, '3']);
		expect(grace.notifications()).toHaveLength(6);
		const [first] = ada.notifications();
		expect(Object.keys(first!).sort()).toEqual(['key', 'timestamp', 'type', 'value']);
		expect(Math.abs((first!.timestamp as number) - before)).toBeLessThan(5_000);
		ada.close();
		grace.close();
	});

	test('order across keys is that of the commits', async () => {
		const ada = await listen(['one', 'two']);
		const writes = Array.from({ length: 40 }, (_, n) => served.store.client.set(n % 2 ? 'one' : 'two', `${n}`));
		await Promise.all(writes);
		await ada.until(({ value }) => value === '39');
		expect(ada.notifications().map(({ value }) => Number(value))).toEqual(Array.from({ length: 40 }, (_, n) => n));
		ada.close();
	});

	test('a socket of the API key hears nothing', async () => {
		const ada = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
		await ada.ask({ op: 2, key: 'kitchen', value: 'x' });
		await ada.ask({ op: 1, key: 'kitchen' });
		expect(ada.notifications()).toEqual([]);
		ada.close();
	});
});

describe('the end of a socket', () => {
	test('comes with 1008 when its token expires', async () => {
		const minted = await token(['a']);
		// Two hours are over but for half a second.
		vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + TOKEN_LIFE - 500 });
		const ada = await talk(`${served.socketUrl}?token=${minted}`).finally(() => vi.useRealTimers());
		expect(await ada.closed).toBe(1008);
	});

	test('comes with 1013 to a reader that does not read, and others are told at once', async () => {
		const grace = await listen(['flood']);
		const { port } = new URL(served.socketUrl);
		const deaf = connect(Number(port), '127.0.0.1');
		deaf.write(
			`GET /hpkv/ws?token=${await token(['flood'])} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
				'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
		);
		await new Promise((ready) => deaf.once('data', ready));
		deaf.pause();
		deaf.on('error', () => {});
		const value = 'x'.repeat(10_000);
		const enough = Math.ceil((20 * MAX_BUFFERED_BYTES) / value.length);
		for (let n = 0; n < enough && !served.events.some(({ event }) => event === 'socket-slow'); n++) {
			await served.store.client.set('flood', value);
		}
		expect(served.events.some(({ event }) => event === 'socket-slow')).toBe(true);
		await served.store.client.set('flood', 'the end');
		await grace.until((frame) => frame.value === 'the end');
		grace.close();
		deaf.destroy();
	});

	test('comes after two pings that it did not answer; who answers stays', async () => {
		vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
		const other = await serve();
		try {
			const url = `${other.socketUrl}?apiKey=${other.apiKey}`;
			const ada = await talk(url);
			const dead = await talk(url, { autoPong: false });
			const pinged = () => new Promise((soon) => ada.socket.once('ping', soon));
			for (let pings = 0; pings < MISSED_PINGS; pings++) {
				const heard = pinged();
				vi.advanceTimersByTime(PING_EVERY);
				await heard;
				await new Promise((pong) => setTimeout(pong, 20));
			}
			expect(dead.socket.readyState).toBe(dead.socket.OPEN);
			vi.advanceTimersByTime(PING_EVERY);
			expect(await dead.closed).toBe(1006);
			expect(await ada.ask({ op: 6, key: 'n', value: 0 })).toMatchObject({ code: 200 });
		} finally {
			vi.useRealTimers();
			await other.close();
		}
	});

	test('comes with 1012 when the store stops, to the deaf by force after a second', async () => {
		const other = await serve();
		const url = `${other.socketUrl}?token=${await other.store.client.token({ subscribeKeys: [], accessPattern: '^$' })}`;
		const ada = await talk(url);
		const deaf = await talk(url);
		deaf.socket.pause();
		const began = performance.now();
		const [code] = await Promise.all([ada.closed, other.close()]);
		expect(code).toBe(1012);
		expect(performance.now() - began).toBeLessThan(5_000);
		deaf.socket.terminate();
	});

	test('no new socket is let in while the store stops', async () => {
		const other = await serve();
		const closing = other.store.close();
		expect(await refusedUpgrade(`${other.socketUrl}?apiKey=${other.apiKey}`)).toBe(503);
		await closing;
		await other.close();
	});
});
