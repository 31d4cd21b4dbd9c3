/** 100,000 hostile frames, bodies and byte streams: each answered, nothing crashed, nothing kept. SEED repeats a run. */
import { Agent, request } from 'node:http';
import { createConnection } from 'node:net';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostedStore } from '../../../src/hpkv/clients/rest.ts';
import { forget, startAlone, type Alone } from '../../contract/alone.ts';
import { talk } from '../../contract/talker.ts';
import { METHODS, body, bytes, frame, path } from './hostile.ts';
import { below, pick, seed, seeded } from './random.ts';
import { sabotaged } from './sabotage.ts';

const FRAMES = 80_000;
const BODIES = 19_000;
const STREAMS = 1_000;

/** How many are under way at once: fewer than a socket admits. */
const AT_ONCE = 500;

let alone: Alone;
beforeAll(async () => {
	alone = await startAlone(sabotaged(undefined, true));
	console.log(`seed ${seed}`);
});
afterAll(async () => {
	await alone.stop();
	forget(alone.dataDir);
});

const residentMiB = (): number =>
	Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${alone.process.pid}/status`, 'utf8'))![1]) / 1024;

/** Sends them to one socket; how often each code came back. */
async function throwFrames(url: string, frames: string[]): Promise<Map<unknown, number>> {
	const codes = new Map<unknown, number>();
	const ada = await talk(url);
	const lost = ada.closed.then((code) => Promise.reject(new Error(`the socket was closed with ${code}`)));
	lost.catch(() => {});
	for (let at = 0; at < frames.length; at += AT_ONCE) {
		const some = frames.slice(at, at + AT_ONCE);
		for (const each of some) ada.send(each);
		// Replies come in any order, but every frame has one.
		while (ada.frames.length < some.length) {
			await Promise.race([new Promise((soon) => setTimeout(soon, 1)), lost]);
		}
		for (const { code } of ada.frames) codes.set(code, (codes.get(code) ?? 0) + 1);
		expect(ada.frames).toHaveLength(some.length);
		ada.frames.length = 0;
	}
	ada.socket.terminate();
	return codes;
}

describe('hostile input', () => {
	test(`${FRAMES} frames: each has its reply`, async () => {
		const random = seeded(seed);
		const token = await hostedStore(alone).token({ subscribeKeys: [], accessPattern: '^f:' });
		const frames = Array.from({ length: FRAMES }, () => frame(random));
		const half = FRAMES / 2;
		const byKey = await throwFrames(`${alone.socketUrl}?apiKey=${alone.apiKey}`, frames.slice(0, half));
		const before = process.platform === 'linux' ? residentMiB() : 0;
		const byToken = await throwFrames(`${alone.socketUrl}?token=${token}`, frames.slice(half));
		console.log('by API key', Object.fromEntries(byKey), 'by token', Object.fromEntries(byToken));
		expect([...byKey.keys()].every((code) => [200, 400, 404, 429].includes(code as number))).toBe(true);
		expect([...byToken.keys()].every((code) => [200, 400, 403, 404, 429].includes(code as number))).toBe(true);
		for (const code of [200, 400, 404]) expect(byKey.get(code)).toBeGreaterThan(100);
		expect(byToken.get(403)).toBeGreaterThan(100);
		if (process.platform === 'linux') expect(residentMiB() - before).toBeLessThan(40);
	}, 180_000);

	test(`${BODIES} requests: each has its answer, and none is a 500`, async () => {
		const random = seeded(seed + 1);
		const agent = new Agent({ keepAlive: true, maxSockets: 20 });
		const { hostname, port } = new URL(alone.baseUrl);
		const ask = () =>
			new Promise<number>((resolve, reject) => {
				const method = pick(random, METHODS);
				const content = ['POST', 'PUT', 'PATCH'].includes(method) ? body(random) : undefined;
				const headers = {
					'x-api-key': random() < 0.95 ? alone.apiKey : 'wrong',
					...(content && { 'content-type': 'application/json' })
				};
				const req = request({ hostname, port, agent, method, path: path(random), headers }, (res) => {
					res.resume().on('end', () => resolve(res.statusCode ?? 0));
				});
				req.on('error', reject);
				req.end(content);
			});
		const statuses = new Map<number, number>();
		const asking = Array.from({ length: 20 }, async () => {
			for (let n = 0; n < BODIES / 20; n++) {
				const status = await ask();
				statuses.set(status, (statuses.get(status) ?? 0) + 1);
			}
		});
		await Promise.all(asking);
		agent.destroy();
		console.log('REST', Object.fromEntries(statuses));
		expect([...statuses.keys()].filter((status) => status >= 500 && status !== 501)).toEqual([]);
		expect(statuses.get(200)).toBeGreaterThan(100);
	}, 180_000);

	test(`${STREAMS} streams of bytes that are no frames: each is ended`, async () => {
		const random = seeded(seed + 2);
		const token = await hostedStore(alone).token({ subscribeKeys: ['f:a'], accessPattern: '^$' });
		const { hostname, port } = new URL(alone.baseUrl);
		const shake =
			`GET /ws?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
			'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
		const throwBytes = () =>
			new Promise<void>((resolve) => {
				const socket = createConnection(Number(port), hostname);
				socket
					.on('error', () => resolve())
					.on('close', () => resolve())
					.resume();
				socket.write(random() < 0.9 ? shake : shake.slice(0, below(random, shake.length)) + '\0\r\n');
				for (let n = 0; n < 5; n++) socket.write(bytes(random));
				socket.end();
			});
		for (let n = 0; n < STREAMS; n += 50) await Promise.all(Array.from({ length: 50 }, throwBytes));
	}, 180_000);

	test('after all of it the store is the same: alive, empty-handed and quiet', async () => {
		const store = hostedStore(alone);
		await store.set('f:after', 'x');
		expect(await store.get('f:after')).toBe('x');
		expect(alone.process.exitCode).toBeNull();
		expect(alone.output()).not.toMatch(/hpkv-failed|Error|Unhandled/);
		// Nobody's prototype has got a member: a merge of two clean objects has only theirs.
		await store.set('f:clean', '{"a":1}');
		await store.patch('f:clean', '{"b":2}');
		expect(await store.get('f:clean')).toBe('{"a":1,"b":2}');
		if (process.platform !== 'linux') return;
		// Connections are gone, not only closed.
		const fds = await import('node:fs').then(({ readdirSync }) => readdirSync(`/proc/${alone.process.pid}/fd`).length);
		expect(fds).toBeLessThan(60);
	});

	test('where a frame is believed to be JSON the store dies, and these tests would see it', async () => {
		const credulous = await startAlone(sabotaged('no-parse-guard'));
		const frames = ['{', '}'];
		await expect(throwFrames(`${credulous.socketUrl}?apiKey=${credulous.apiKey}`, frames)).rejects.toThrow(/closed/);
		forget(credulous.dataDir);
	});
});
