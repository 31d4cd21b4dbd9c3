/** A dropped holder: its sockets are closed and hear nothing more, its tokens open no socket, over a restart too. */
import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { forget, freshDirectory } from '../../../../tests/contract/alone.ts';
import { serve, type Served } from '../../../../tests/contract/served.ts';
import { RefusedUpgrade, refusedUpgrade, talk, type Talker } from '../../../../tests/contract/talker.ts';
import { Failed } from '../../engine/engine.ts';
import { runningStore } from '../../embedded/control-socket.ts';
import { GroupCommit } from '../../engine/single-process/group-commit.ts';
import { memoryEngine } from '../../engine/memory/memory-engine.ts';
import { droppedKey } from '../../protocol/dropped.ts';
import { DROP_TIMEOUT, HOLDERS_TIMEOUT } from '../../protocol/limits.ts';
import type { Hpkv } from '../../port.ts';
import { Grants } from '../access-tokens.ts';
import { Rate } from '../rate-limit.ts';
import { ephemeralSecrets } from '../secrets.ts';
import { Service } from '../service.ts';
import { framed } from '../shared-frames.ts';
import { Connection } from './socket-connection.ts';

let served: Served;
let store: Hpkv;
beforeAll(async () => {
	served = await serve();
	store = served.store.client;
});
afterAll(() => served.close());
afterEach(() => void vi.restoreAllMocks());

let tests = 0;
let ada: string;
let session: string;
let other: string;
beforeEach(() => {
	tests++;
	[ada, session, other] = [`ada-${tests}`, `session-${tests}`, `other-${tests}`];
});

const holdersOf = (ids: string[]) =>
	Promise.all(ids.map(async (id) => ({ id, generation: await store.generationOf(id) })));
const tokenOf = async (ids: string[], keys = ['live']) =>
	store.token({ subscribeKeys: keys, accessPattern: '^mine$', holders: await holdersOf(ids) });
const addressOf = (token: string) => `${served.socketUrl}?token=${token}`;
const listen = async (...ids: string[]): Promise<Talker> => talk(addressOf(await tokenOf(ids)));
const refused = (token: string) => refusedUpgrade(addressOf(token));
const lastRefusal = () => served.events.findLast(({ event }) => event === 'socket-refused')?.facts.because;
const turn = () => new Promise((next) => setImmediate(next));
const turns = async (count: number) => {
	for (let n = 0; n < count; n++) await turn();
};
const DROPPED = 'A holder of this token was dropped: ask for a new token';

describe('tokens', () => {
	test('from before a drop open no socket, those from after it do', async () => {
		const before = await tokenOf([ada]);
		expect(await refused(before)).toBe(101);
		await store.dropHolder(ada);
		expect(await refused(before)).toBe(403);
		expect(lastRefusal()).toBe(DROPPED);
		const after = await tokenOf([ada]);
		expect(await refused(after)).toBe(101);
		await store.dropHolder(ada);
		expect([await refused(before), await refused(after)]).toEqual([403, 403]);
	});

	test('are refused whichever of their holders was dropped', async () => {
		const [first, second, neither] = [await tokenOf([ada, session]), await tokenOf([ada, other]), await tokenOf([])];
		await store.dropHolder(session);
		expect([await refused(first), await refused(second)]).toEqual([403, 101]);
		await store.dropHolder(ada);
		expect([await refused(first), await refused(second), await refused(neither)]).toEqual([403, 403, 101]);
	});

	test('that were made by REST are dropped alike, and so by its increment', async () => {
		const post = async (path: string, body: object) => {
			const headers = { 'x-api-key': served.apiKey, 'content-type': 'application/json' };
			const answer = await fetch(served.baseUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
			return (await answer.json()) as { token: string };
		};
		const holders = [{ id: ada, generation: 0 }];
		const { token } = await post('/token/websocket', { subscribeKeys: ['live'], holders });
		const socket = await talk(addressOf(token));
		await post('/record/atomic', { key: droppedKey(ada), increment: 1 });
		expect(await socket.closed).toBe(1008);
		expect(await refused(token)).toBe(403);
	});

	test('are made and dropped alike by a command beside the process', async () => {
		const dataDir = freshDirectory();
		const own = await serve({ dataDir });
		try {
			const beside = runningStore(dataDir);
			expect(beside.dropsHolders).toBe(true);
			const holders = [{ id: ada, generation: await beside.generationOf(ada) }];
			const token = await beside.token({ subscribeKeys: [], accessPattern: '^$', holders });
			const socket = await talk(`${own.socketUrl}?token=${token}`);
			await beside.dropHolder(ada);
			expect(await socket.closed).toBe(1008);
			expect(await refusedUpgrade(`${own.socketUrl}?token=${token}`)).toBe(403);
		} finally {
			await own.close();
			forget(dataDir);
		}
	});

	test('stay refused and stay good over a restart', async () => {
		const dataDir = freshDirectory();
		try {
			let own = await serve({ dataDir });
			const ask = (generation: number) =>
				own.store.client.token({ subscribeKeys: [], accessPattern: '^$', holders: [{ id: ada, generation }] });
			const before = await ask(0);
			await own.store.client.dropHolder(ada);
			const after = await ask(1);
			await own.close();
			own = await serve({ dataDir });
			expect(await own.store.client.generationOf(ada)).toBe(1);
			expect(await refusedUpgrade(`${own.socketUrl}?token=${before}`)).toBe(403);
			expect(await refusedUpgrade(`${own.socketUrl}?token=${after}`)).toBe(101);
			await own.close();
		} finally {
			forget(dataDir);
		}
	});
});

describe('a record of drops', () => {
	test.each(['ten', '1.5', '{"a":1}'])('that says %s closes and refuses everybody of the holder', async (value) => {
		const [socket, stays] = [await listen(ada), await listen(other)];
		const token = await tokenOf([ada]);
		await store.set(droppedKey(ada), value);
		expect(await socket.closed).toBe(1008);
		expect(await refused(token)).toBe(403);
		expect(lastRefusal()).toBe(DROPPED);
		expect(stays.socket.readyState).toBe(stays.socket.OPEN);
		stays.close();
	});

	test('that is appended to is another generation', async () => {
		await store.dropHolder(ada);
		const socket = await listen(ada);
		await store.patch(droppedKey(ada), '0');
		expect(await socket.closed).toBe(1008);
		expect(await store.generationOf(ada)).toBe(10);
	});

	test('that is deleted closes nobody, and no generation is met twice', async () => {
		for (let drops = 0; drops < 3; drops++) await store.dropHolder(ada);
		const token = await tokenOf([ada]);
		const socket = await talk(addressOf(token));
		await store.delete(droppedKey(ada));
		await store.set('live', 'heard');
		await socket.until(({ value }) => value === 'heard');
		expect(await refused(token)).toBe(403);
		// From 0 on: lower than the token's.
		await store.dropHolder(ada);
		expect(await socket.closed).toBe(1008);
		expect(await refused(token)).toBe(403);
	});

	test('that is counted on by 0 drops nobody', async () => {
		const socket = await listen(ada);
		await store.increment(droppedKey(ada), 0);
		await store.set('live', 'heard');
		await socket.until(({ value }) => value === 'heard');
		socket.close();
	});
});

describe('open sockets', () => {
	test('of the holder are closed with 1008 within a second, all others stay and hear', async () => {
		const gone = [await listen(ada), await listen(ada, session), await listen(other, ada)];
		const stay = [await listen(other), await listen(), await talk(`${served.socketUrl}?apiKey=${served.apiKey}`)];
		const began = performance.now();
		await store.dropHolder(ada);
		expect(await Promise.all(gone.map(({ closed }) => closed))).toEqual([1008, 1008, 1008]);
		expect(performance.now() - began).toBeLessThan(1_000);
		await store.set('live', 'after');
		await Promise.all(stay.slice(0, 2).map((socket) => socket.until(({ value }) => value === 'after')));
		expect(stay.map(({ socket }) => socket.readyState)).toEqual([1, 1, 1]);
		expect(gone.flatMap(({ frames }) => frames)).toEqual([]);
		for (const socket of stay) socket.close();
	});

	test('of one session are closed, those of the person’s others stay', async () => {
		const [here, there] = [await listen(ada, session), await listen(ada, other)];
		await store.dropHolder(session);
		expect(await here.closed).toBe(1008);
		await store.set('live', 'after');
		await there.until(({ value }) => value === 'after');
		expect(here.frames).toEqual([]);
		there.close();
	});

	test('hear nothing of the drop’s own turn, whether written before or after it', async () => {
		const socket = await listen(ada);
		await store.set('live', 'earlier');
		await socket.until(({ value }) => value === 'earlier');
		await Promise.all([store.set('live', 'before'), store.dropHolder(ada), store.set('live', 'after')]);
		expect(await socket.closed).toBe(1008);
		expect(socket.frames.map(({ value }) => value)).toEqual(['earlier']);
	});

	test('get no reply to what they asked before', async () => {
		const socket = await listen(ada);
		const asked = Promise.withResolvers<string | undefined>();
		const get = vi.spyOn(GroupCommit.prototype, 'get').mockReturnValue(asked.promise);
		socket.send({ op: 1, key: 'mine', messageId: 1 });
		await expect.poll(() => get.mock.calls.length).toBe(1);
		await store.dropHolder(ada);
		asked.resolve('secret');
		expect(await socket.closed).toBe(1008);
		expect(socket.frames).toEqual([]);
	});

	test('hear nothing that is written after a drop, however it falls among the writes', async () => {
		const order: string[] = [];
		store.onWritten(
			(key, value) => void (key.endsWith(ada) && order.push(key.startsWith('dropped:') ? 'drop' : value))
		);
		const key = `live-${ada}`;
		let n = 0;
		const writing = async (until: () => boolean) => {
			while (!until()) {
				const writes = Array.from({ length: 1 + (n % 4) }, () => store.set(key, String(++n)));
				if (n % 3 === 0) await turn();
				else await Promise.all(writes);
			}
		};
		let heard = 0;
		for (let round = 0; round < 200; round++) {
			order.length = 0;
			const sockets = await Promise.all(
				Array.from({ length: 3 }, async () => talk(addressOf(await tokenOf([session, ada], [key]))))
			);
			let over = false;
			const writers = [writing(() => over), writing(() => over)];
			await turns(1 + (round % 7));
			const began = performance.now();
			// In every other round between writes of its own turn.
			const around = () => (round % 2 ? store.set(key, String(++n)) : undefined);
			await Promise.all([around(), store.dropHolder(ada), around(), around()]);
			await turns(round % 5);
			expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([1008, 1008, 1008]);
			expect(performance.now() - began).toBeLessThan(1_000);
			over = true;
			await Promise.all(writers);
			const before = new Set(order.slice(0, order.indexOf('drop')));
			expect(order).toContain('drop');
			for (const { frames } of sockets) {
				heard += frames.length;
				expect(frames.filter(({ value }) => !before.has(String(value)))).toEqual([]);
			}
		}
		// The rounds were no silent ones.
		expect(heard).toBeGreaterThan(200);
	});

	test('are cut where frames wait for them, and after a second where they do not answer the close', () => {
		vi.useFakeTimers();
		try {
			const { apiKey, tokenSecret } = ephemeralSecrets();
			const service = new Service(memoryEngine(10_240), new Grants(apiKey, tokenSecret), () => {});
			const open = (bufferedAmount: number) => {
				const closing = function (this: { readyState: number }) {
					this.readyState = 2;
				};
				const state = {
					bufferedAmount,
					readyState: 1,
					extensions: '',
					close: vi.fn(closing),
					terminate: vi.fn(closing)
				};
				const socket = Object.assign(new EventEmitter(), state);
				const below = { write: vi.fn() };
				const rules = { rate: new Rate(0), maxBadFrames: Infinity, onBadFrames: () => {} };
				return {
					socket,
					below,
					connection: new Connection(
						socket as unknown as WebSocket,
						below as unknown as Duplex,
						service,
						undefined,
						rules,
						'x'
					)
				};
			};
			const [slow, silent] = [open(5), open(0)];
			for (const { connection } of [slow, silent]) connection.drop();
			expect([slow.socket.terminate.mock.calls.length, slow.socket.close.mock.calls.length]).toEqual([1, 0]);
			expect(silent.socket.close).toHaveBeenCalledWith(1008, 'Dropped');
			for (const { connection, below } of [slow, silent]) {
				connection.hear(framed(['{}']));
				expect(below.write).not.toHaveBeenCalled();
			}
			vi.advanceTimersByTime(DROP_TIMEOUT - 1);
			expect(silent.socket.terminate).not.toHaveBeenCalled();
			vi.advanceTimersByTime(1);
			expect(silent.socket.terminate).toHaveBeenCalled();
		} finally {
			vi.useRealTimers();
		}
	});

	test('that do not answer the close are ended after a second', async () => {
		const own = await serve({ maxConnections: 1 });
		try {
			const holders = [{ id: ada, generation: 0 }];
			const token = await own.store.client.token({ subscribeKeys: [], accessPattern: '^$', holders });
			const { socket } = await talk(`${own.socketUrl}?token=${token}`);
			socket.pause();
			const began = performance.now();
			await own.store.client.dropHolder(ada);
			await expect.poll(() => own.store.socketRefusal(undefined, ada), { timeout: 3_000 }).toBeUndefined();
			expect(performance.now() - began).toBeGreaterThan(DROP_TIMEOUT - 50);
			socket.terminate();
		} finally {
			await own.close();
		}
	});
});

describe('an upgrade', () => {
	const get = Object.getOwnPropertyDescriptor(GroupCommit.prototype, 'get')!.value as (
		this: GroupCommit,
		key: string
	) => Promise<string | undefined>;
	/** Answers of the engine come later than they were true. */
	function delayGets(delay: () => Promise<unknown>) {
		return vi.spyOn(GroupCommit.prototype, 'get').mockImplementation(async function (this: GroupCommit, key) {
			const value = await get.call(this, key);
			await delay();
			return value;
		});
	}
	/** Answers of the engine come when the test says so. */
	function heldEngine() {
		const held = Promise.withResolvers<void>();
		const spy = delayGets(() => held.promise);
		return { release: () => held.resolve(), asked: () => spy.mock.calls.length };
	}

	test('that was looked up before a drop and answered after it is refused', async () => {
		const token = await tokenOf([ada, session]);
		const { release, asked } = heldEngine();
		const opening = refused(token);
		await expect.poll(asked).toBe(2);
		await store.dropHolder(session);
		release();
		expect(await opening).toBe(403);
		expect(lastRefusal()).toBe(DROPPED);
	});

	test.each(['as the engine is', 'with an engine that answers late'])(
		'that races with a drop ends in a refusal or in a closed socket that heard nothing after it, %s',
		async (how) => {
			let round = 0;
			const key = `live-${ada}`;
			if (how !== 'as the engine is') delayGets(() => turns(round % 6));
			const ends = { refused: 0, closed: 0 };
			for (; round < 250; round++) {
				const token = await tokenOf([ada, session], [key]);
				const opening = talk(addressOf(token)).catch((error: unknown) => {
					if (error instanceof RefusedUpgrade) return error.status;
					throw error;
				});
				// The request arrives a few turns after it was sent.
				if (round % 3 === 0) await turns(round % 40);
				else await new Promise((soon) => setTimeout(soon, round % 4));
				await store.dropHolder(round % 2 ? ada : session);
				await store.set(key, 'after');
				const opened = await opening;
				if (typeof opened === 'number') {
					expect(opened).toBe(403);
					ends.refused++;
					continue;
				}
				expect(await opened.closed).toBe(1008);
				expect(opened.frames).toEqual([]);
				ends.closed++;
			}
			expect(ends.refused).toBeGreaterThan(0);
			expect(ends.closed).toBeGreaterThan(0);
		}
	);

	test('that waits is counted: many at once do not pass a bound together', async () => {
		const own = await serve({ maxConnectionsPerHolder: 2 });
		try {
			const holders = [{ id: ada, generation: 0 }];
			const open = async () => {
				const token = await own.store.client.token({ subscribeKeys: [], accessPattern: '^$', holders });
				return talk(`${own.socketUrl}?token=${token}`).then(
					() => 101,
					(error: unknown) => (error as RefusedUpgrade).status
				);
			};
			const { release, asked } = heldEngine();
			const answers: number[] = [];
			const opening = Array.from({ length: 6 }, () => open().then((status) => answers.push(status)));
			await expect.poll(() => answers).toEqual([429, 429, 429, 429]);
			expect(asked()).toBe(2);
			expect(own.store.socketRefusal(undefined, ada)).toBe('Too many connections of this holder');
			release();
			await Promise.all(opening);
			expect(answers).toEqual([429, 429, 429, 429, 101, 101]);
		} finally {
			await own.close();
		}
	});

	test('that was refused or given up while it waited counts no longer', async () => {
		const own = await serve({ maxConnections: 2 });
		try {
			const holders = [{ id: ada, generation: 0 }];
			const token = await own.store.client.token({ subscribeKeys: [], accessPattern: '^$', holders });
			const { release, asked } = heldEngine();
			const { port } = new URL(own.socketUrl);
			const waiting = Array.from({ length: 2 }, () => {
				const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
				socket.write(
					`GET /ws?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
						'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
				);
				return socket;
			});
			await expect.poll(asked).toBe(2);
			expect(own.store.socketRefusal(undefined, other)).toBe('Too many connections');
			waiting[0]!.resetAndDestroy();
			await expect.poll(() => own.store.socketRefusal(undefined, other)).toBeUndefined();
			await own.store.client.dropHolder(ada);
			release();
			await new Promise((closed) => waiting[1]!.once('close', closed).resume());
			const open = { subscribeKeys: [], accessPattern: '^$' };
			for (let n = 0; n < 2; n++) await talk(`${own.socketUrl}?token=${await own.store.client.token(open)}`);
			expect(own.store.socketRefusal(undefined, other)).toBe('Too many connections');
		} finally {
			await own.close();
		}
	});

	test('loses no frame that came while it waited', async () => {
		const token = await tokenOf([ada]);
		const { release, asked } = heldEngine();
		const { port } = new URL(served.socketUrl);
		const socket = connect(Number(port), '127.0.0.1');
		socket.write(
			`GET /ws?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
				'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
		);
		// RFC 6455, 5.2: a masked text frame, the mask all zeros.
		const frame = (text: string) =>
			Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
		await expect.poll(asked).toBe(1);
		for (const messageId of [1, 2]) {
			socket.write(frame(JSON.stringify({ op: 9, messageId })));
			await new Promise((soon) => setTimeout(soon, 20));
		}
		release();
		let received = '';
		socket.on('data', (data: Buffer) => (received += data.toString('latin1')));
		await expect.poll(() => received).toMatch(/101 Switching[^]*"messageId":1[^]*"messageId":2/);
		socket.destroy();
	});

	test('is answered 503 where the engine fails or does not answer, and the next is a new one', async () => {
		const token = await tokenOf([ada]);
		const asks = vi.spyOn(GroupCommit.prototype, 'get');
		asks.mockRejectedValue(new Failed(507, 'The disk is full'));
		expect(await refused(token)).toBe(503);
		expect(lastRefusal()).toBe('The store is unavailable');

		asks.mockReturnValue(new Promise(() => {}));
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			const opening = refused(token);
			const asked = asks.mock.calls.length;
			while (asks.mock.calls.length === asked) await turn();
			vi.advanceTimersByTime(HOLDERS_TIMEOUT);
			expect(await opening).toBe(503);
		} finally {
			vi.useRealTimers();
		}
		asks.mockRestore();
		expect(await refused(token)).toBe(101);
	});

	test('that waits while the store stops is answered 503', async () => {
		const own = await serve();
		const holders = [{ id: ada, generation: 0 }];
		const token = await own.store.client.token({ subscribeKeys: [], accessPattern: '^$', holders });
		const { release, asked } = heldEngine();
		const opening = refusedUpgrade(`${own.socketUrl}?token=${token}`);
		await expect.poll(asked).toBe(1);
		await own.store.close();
		release();
		expect(await opening).toBe(503);
		await own.close();
	});
});
