import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { fairQueue, type QueueBounds } from './fair-queue.ts';

const BOUNDS: QueueBounds = {
	...{ total: 4, perNetwork: 2, unreadPerNetwork: 4, waitingPerNetwork: 6 },
	...{ downloads: 3, downloadsPerNetwork: 2 }
};
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

/** Starts a server that the test answers for. The path names the network: /ada/1 */
async function serve(bounds: Partial<QueueBounds> = {}, answer?: RequestListener) {
	const atWork: { path: string; res: ServerResponse }[] = [];
	const queue = fairQueue(
		answer ?? (({ url = '' }, res) => void atWork.push({ path: url, res })),
		({ url = '' }) => url.split('/')[1] ?? '',
		{ ...BOUNDS, ...bounds }
	);
	const server = createServer(queue.answer).on('connection', queue.connected).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	ends.push(() => {
		server.close();
		server.closeAllConnections();
	});
	const ask = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) => {
		const asked = request({ host: '127.0.0.1', port, path, method: options.method, headers: options.headers });
		asked.on('error', () => {});
		asked.end(options.body);
		const answered = once(asked, 'response').then(async ([response]) => {
			const { statusCode, headers } = response as IncomingMessage;
			let body = '';
			for await (const chunk of response as IncomingMessage) body += String(chunk);
			return { status: statusCode, headers, body };
		});
		// Requests that still wait at the end of a test fail with its server.
		answered.catch(() => {});
		return { asked, answered };
	};
	const paths = () => atWork.map(({ path }) => path);
	/** Answers the oldest request at work. */
	const finish = () => atWork.shift()?.res.end('done');
	return { ask, paths, finish, port, atWork };
}

const settled = () => new Promise((later) => setTimeout(later, 50));

test('requests of one network wait, and another network is served at once', async () => {
	const { ask, paths, finish } = await serve();
	for (let n = 1; n <= 6; n++) ask(`/ada/${n}`);
	await vi.waitFor(() => expect(paths()).toHaveLength(2));
	ask('/tom/1');
	await vi.waitFor(() => expect(paths()).toContain('/tom/1'));
	expect(paths().filter((path) => path.startsWith('/ada'))).toHaveLength(2);
	for (let n = 0; n < 7; n++) {
		await vi.waitFor(() => expect(paths()).not.toEqual([]));
		finish();
	}
	await settled();
	expect(paths()).toEqual([]);
});

test('a thumbnail that is being made gives up its turn, and a page does not', async () => {
	const { ask, paths } = await serve({ perNetwork: 1 });
	// All of one network.
	for (const path of ['/rooms/hall/files/1/f/thumbnail/x.png', '/rooms/hall', '/rooms/kitchen']) ask(path);
	await vi.waitFor(() => expect(paths()).toHaveLength(2));
	await settled();
	await settled();
	expect(paths()).toEqual(['/rooms/hall/files/1/f/thumbnail/x.png', '/rooms/hall']);
});

test('networks with waiting requests are served in turn', async () => {
	const { ask, paths, finish } = await serve({ total: 1, perNetwork: 1 });
	const asked = ['/ada/1', '/ada/2', '/ada/3', '/tom/1', '/eve/1'].map((path) => ask(path).answered);
	await settled();
	const order: string[] = [];
	for (let n = 0; n < 5; n++) {
		await vi.waitFor(() => expect(paths()).toHaveLength(1));
		order.push(paths()[0]?.split('/')[1] ?? '');
		finish();
	}
	await Promise.all(asked);
	// No network is served a second time while another waits for its first.
	expect([...order.slice(1, 4)].sort()).toEqual(['ada', 'eve', 'tom']);
});

test('requests that arrive together on many connections of one network do not all start before another network’s', async () => {
	const begun: string[] = [];
	// Made in one turn, like a page of the embedded store.
	const { port } = await serve({ waitingPerNetwork: 20 }, ({ url = '' }, res) => {
		begun.push(url);
		res.end('done');
	});
	const paths = [...Array.from({ length: 20 }, (_, n) => `/ada/${n}`), '/tom/1'];
	const sockets = await Promise.all(
		paths.map(async () => {
			const socket = connect(port, '127.0.0.1');
			ends.push(() => socket.destroy());
			await once(socket, 'connect');
			return socket;
		})
	);
	// Wait until the server has accepted all connections.
	await settled();
	for (const [n, socket] of sockets.entries()) socket.write(`GET ${paths[n]} HTTP/1.1\r\nHost: x\r\n\r\n`);
	await vi.waitFor(() => expect(begun).toHaveLength(21));
	expect(begun.indexOf('/tom/1')).toBeLessThan(10);
});

test('a connection that comes behind many others of another network is served before their pages are made', async () => {
	const begun: string[] = [];
	const { port } = await serve({ waitingPerNetwork: 200 }, ({ url = '' }, res) => {
		begun.push(url);
		// A page takes the processor for some milliseconds.
		for (const end = performance.now() + 5; performance.now() < end;);
		res.end('done');
	});
	const paths = [...Array.from({ length: 60 }, (_, n) => `/ada/${n}`), '/tom/1'];
	for (const path of paths) {
		const socket = connect(port, '127.0.0.1');
		ends.push(() => socket.destroy());
		socket.on('error', () => {});
		socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
	}
	await vi.waitFor(() => expect(begun).toHaveLength(61), 10_000);
	expect(begun.indexOf('/tom/1')).toBeLessThan(20);
});

test('a request whose client hangs up while it waits is forgotten', async () => {
	const { ask, paths, finish } = await serve({ perNetwork: 1 });
	ask('/ada/1');
	await vi.waitFor(() => expect(paths()).toEqual(['/ada/1']));
	const second = ask('/ada/2');
	const third = ask('/ada/3');
	await settled();
	second.asked.destroy();
	await settled();
	finish();
	await vi.waitFor(() => expect(paths()).toEqual(['/ada/3']));
	finish();
	expect((await third.answered).body).toBe('done');
});

test('more waiting requests than a network may have are refused with 503 and Retry-After', async () => {
	const { ask, paths } = await serve({ perNetwork: 1, waitingPerNetwork: 2 });
	ask('/ada/1');
	await vi.waitFor(() => expect(paths()).toHaveLength(1));
	ask('/ada/2');
	ask('/ada/3');
	await settled();
	const { status, headers } = await ask('/ada/4').answered;
	expect(status).toBe(503);
	expect(headers['retry-after']).toBe('1');
});

test('a client that reads no answer holds up only its own network', async () => {
	const large = Buffer.alloc(16 * 2 ** 20);
	const begun: string[] = [];
	const { ask, port } = await serve({ unreadPerNetwork: 2 }, ({ url = '' }, res) => {
		begun.push(url);
		res.end(url.startsWith('/ada') ? large : 'done');
	});
	const sockets: Socket[] = [];
	for (let n = 1; n <= 4; n++) {
		const socket = connect(port, '127.0.0.1').pause();
		socket.on('error', () => {});
		socket.write(`GET /ada/${n} HTTP/1.1\r\nHost: x\r\n\r\n`);
		sockets.push(socket);
		ends.push(() => socket.destroy());
	}
	await vi.waitFor(() => expect(begun).toHaveLength(2));
	expect((await ask('/tom/1').answered).body).toBe('done');
	expect(begun).toHaveLength(3);
	for (const socket of sockets.slice(0, 2)) socket.destroy();
	await vi.waitFor(() => expect(begun).toHaveLength(5));
});

test('a body that arrives slowly holds no turn, and arrives whole', async () => {
	const echo = async (req: IncomingMessage, res: ServerResponse) => {
		let body = '';
		for await (const chunk of req) body += String(chunk);
		res.end(body.length > 100 ? String(body.length) : body);
	};
	const { ask, port, paths } = await serve({ perNetwork: 1 }, (req, res) => void echo(req, res));
	expect(paths()).toEqual([]);
	const slow = connect(port, '127.0.0.1');
	ends.push(() => slow.destroy());
	slow.write('POST /ada/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf');
	await settled();
	expect((await ask('/ada/2').answered).body).toBe('');
	slow.write('more');
	const [answer] = (await once(slow, 'data')) as [Buffer];
	expect(answer.toString()).toContain('halfmore');
	// Longer than Node's read buffer.
	const long = 'x'.repeat(300_000);
	expect((await ask('/ada/3', { method: 'POST', body: long }).answered).body).toBe('300000');
	const chunked = { method: 'POST', body: 'in chunks', headers: { 'transfer-encoding': 'chunked' } };
	expect((await ask('/ada/4', chunked).answered).body).toBe('in chunks');
});

test('health checks and posts of a script do not wait', async () => {
	const { ask, paths } = await serve({ perNetwork: 1 });
	ask('/ada/1');
	await vi.waitFor(() => expect(paths()).toHaveLength(1));
	ask('/healthz');
	ask('/ada/2', { method: 'POST', headers: { accept: 'application/json' }, body: 'x' });
	ask('/ada/3', { method: 'POST', headers: { accept: 'text/html' }, body: 'x' });
	await vi.waitFor(() => expect(paths().sort()).toEqual(['/ada/1', '/ada/2', '/healthz']));
});

test('files that are being sent hold no turn, are bounded per address and in all, and make room when they are read or dropped', async () => {
	const sent: ServerResponse[] = [];
	// The network is a header here: the path is that of a file.
	const file = '/rooms/kitchen/files/1/a/soup.jpg';
	const queue = fairQueue(
		({ url = '' }, res) => {
			res.writeHead(200);
			if (url !== file) return void res.end('page');
			res.write('some');
			sent.push(res);
		},
		({ headers }) => String(headers['x-network']),
		{ ...BOUNDS, total: 1, perNetwork: 1 }
	);
	const server = createServer(queue.answer).listen(0, '127.0.0.1');
	await once(server, 'listening');
	ends.push(() => {
		server.close();
		server.closeAllConnections();
	});
	const { port } = server.address() as AddressInfo;
	const ask = async (network: string, path = file) => {
		const asked = request({ host: '127.0.0.1', port, path, headers: { 'x-network': network } });
		asked.on('error', () => {});
		asked.end();
		const [answer] = (await once(asked, 'response')) as [IncomingMessage];
		answer.on('error', () => {});
		answer.resume();
		return { asked, status: answer.statusCode, wait: answer.headers['retry-after'] };
	};
	const first = await ask('ada');
	expect((await ask('ada')).status).toBe(200);
	expect(await ask('ada')).toMatchObject({ status: 503, wait: '5' });
	expect((await ask('ada', '/')).status).toBe(200);
	const toms = await ask('tom');
	expect(toms.status).toBe(200);
	expect((await ask('eve')).status).toBe(503);
	sent[0]?.end();
	await vi.waitFor(async () => expect((await ask('eve')).status).toBe(200));
	toms.asked.destroy();
	await vi.waitFor(async () => expect((await ask('ada')).status).toBe(200));
	first.asked.destroy();
});
