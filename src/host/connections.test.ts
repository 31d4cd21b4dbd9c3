import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { RESERVED_FILES } from '../lib/chat/limits.ts';
import {
	boundConnections,
	boundPauses,
	mostConnections,
	mostDownloads,
	serverOptions,
	type ConnectionBounds
} from './connections.ts';

const MS = 300;
const SHORT = { headMs: MS, requestMs: MS, pauseMs: MS, checkMs: 20 };
const LONG = { headMs: 60_000, requestMs: 60_000, pauseMs: 60_000, checkMs: 1_000 };

async function serve(listener: RequestListener, bounds: ConnectionBounds, timeouts = LONG) {
	const server = createServer(serverOptions(timeouts), listener);
	boundPauses(server, timeouts);
	boundConnections(server, bounds);
	server.on('upgrade', (_, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const open: Socket[] = [];
	onTestFinished(() => {
		for (const socket of open) socket.destroy();
		server.closeAllConnections();
		server.close();
	});
	return async (sent = '', localAddress?: string) => {
		const socket = connect({ port, host: '127.0.0.1', localAddress });
		open.push(socket);
		socket.on('error', () => {});
		await once(socket, 'connect');
		socket.write(sent);
		return socket;
	};
}

/** Reads until the connection closes or is reset. */
function text(socket: Socket): Promise<string> {
	let read = '';
	socket.on('data', (chunk: Buffer) => (read += chunk.toString()));
	return new Promise((resolve) => socket.once('close', () => resolve(read)));
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const UPGRADE = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

test('connections beyond the bound of their address are refused with 503, and others are served', async () => {
	const refused: object[] = [];
	const open = await serve((_, res) => res.end('here'), {
		total: 100,
		perAddress: 3,
		onRefused: (facts) => refused.push(facts)
	});
	const slow = await Promise.all(Array.from({ length: 3 }, () => open('GET / HT')));
	for (let i = 0; i < 2; i++) {
		expect(await text(await open(GET))).toMatch(/^HTTP\/1\.1 503 .*too many open connections/s);
	}
	expect(refused).toEqual([{ open: 3, address: '127.0.0.1' }]);
	if (process.platform === 'linux') expect(await text(await open(GET, '127.0.0.2'))).toContain('here');

	slow[0]?.destroy();
	await expect.poll(async () => text(await open(GET))).toContain('here');
});

test('a WebSocket no longer counts for its address, but in the total', async () => {
	const open = await serve((_, res) => res.end('here'), { total: 4, perAddress: 2 });
	for (let i = 0; i < 3; i++) await once(await open(UPGRADE), 'data');
	expect(await text(await open(GET))).toContain('here');
	await open('GET / HT');
	await expect.poll(async () => text(await open(GET))).toContain('503');
});

test('behind a proxy, only the total of connections is bounded', async () => {
	const open = await serve((_, res) => res.end('here'), { total: 10, perAddress: undefined });
	for (let i = 0; i < 9; i++) await open('GET / HT');
	expect(await text(await open(GET))).toContain('here');
});

test('a slow head and a slow body are cut off', async () => {
	const open = await serve(
		(req, res) => void req.resume().once('end', () => res.end('here')),
		{ total: 9, perAddress: 9 },
		SHORT
	);
	for (const begun of ['GET / HT', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n']) {
		const socket = await open(begun);
		const dribble = setInterval(() => socket.write('1'), MS / 3);
		expect(await text(socket), begun).not.toContain('here');
		clearInterval(dribble);
	}
});

const SIZE = 32 * 1_024 * 1_024;

test('an answer that nobody reads is cut off', async () => {
	const closed: boolean[] = [];
	const open = await serve(
		(_, res) => {
			res.once('close', () => closed.push(res.writableFinished));
			res.end(Buffer.alloc(SIZE));
		},
		{ total: 9, perAddress: 9 },
		SHORT
	);
	(await open(GET)).pause();
	await expect.poll(() => closed).toEqual([false]);
});

test('an answer that is read slowly arrives whole', async () => {
	const pauseMs = 1_500;
	const open = await serve((_, res) => res.end(Buffer.alloc(SIZE)), { total: 9, perAddress: 9 }, { ...LONG, pauseMs });
	const begun = performance.now();
	let read = 0;
	for await (const chunk of (await open(GET)) as AsyncIterable<Buffer>) {
		read += chunk.length;
		if (performance.now() - begun < 2 * pauseMs) await new Promise((later) => setTimeout(later, 20));
	}
	expect(read).toBeGreaterThan(SIZE);
	expect(performance.now() - begun).toBeGreaterThan(pauseMs);
});

test('a request that offers another upgrade than WebSocket is answered', async () => {
	const open = await serve((_, res) => res.end('here'), { total: 10, perAddress: 10 });
	const socket = await open('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n');
	expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK[^]*here/);
});

test.each([1_024, 4_096, 20_000, Infinity])(
	'of %d file descriptors, connections and downloads leave some to the process',
	(allowed) => {
		const [connections, downloads] = [mostConnections(allowed), mostDownloads(allowed)];
		expect(connections + downloads + RESERVED_FILES).toBeLessThanOrEqual(allowed);
		expect(Math.min(connections, downloads)).toBeGreaterThan(200);
	}
);
