import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { compressed } from './compression.ts';

const HTML = { 'content-type': 'text/html' };
const PAGE = '<p>The kettle is on.</p>'.repeat(200);

/** Starts a server with compressed answers. Returns a function that sends a request. */
async function serve(listener: RequestListener) {
	const server = createServer(compressed(listener));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return async (encoding?: string, method = 'GET'): Promise<IncomingMessage> => {
		const headers = encoding === undefined ? undefined : { 'accept-encoding': encoding };
		const asking = request({ port, host: '127.0.0.1', method, headers }).end();
		const [answer] = (await once(asking, 'response')) as [IncomingMessage];
		return answer;
	};
}

const decoded = (answer: IncomingMessage) => {
	const encoding = answer.headers['content-encoding'];
	if (encoding === undefined) return answer;
	return answer.pipe(encoding === 'br' ? createBrotliDecompress() : createGunzip());
};

test('pages are compressed for clients that accept an encoding, and sent unchanged to others', async () => {
	const ask = await serve((_, res) => res.writeHead(200, HTML).end(PAGE));
	for (const [accepted, encoding] of [
		['gzip, deflate, br, zstd', 'br'],
		['gzip', 'gzip'],
		['br;q=0.5, gzip', 'gzip'],
		['br;q=0, *;q=0.1', 'gzip'],
		['identity', undefined],
		['zstd', undefined],
		['br;q=0', undefined],
		['', undefined],
		[undefined, undefined]
	] as const) {
		const answer = await ask(accepted);
		expect(answer.headers['content-encoding'], accepted).toBe(encoding);
		expect(answer.headers.vary).toMatch(/^accept-encoding$/i);
		expect(await text(decoded(answer))).toBe(PAGE);
	}
});

test('a written part of an answer arrives before the next part is written', async () => {
	const { promise: read, resolve: more } = Promise.withResolvers<void>();
	const ask = await serve((_, res) => {
		res.writeHead(200, HTML);
		res.write(PAGE);
		void read.then(() => res.end('<p>And the tea is ready.</p>'));
	});
	for (const encoding of ['br', 'gzip']) {
		const page = decoded(await ask(encoding));
		let got = '';
		page.on('data', (chunk: Buffer) => {
			got += chunk.toString();
			if (got === PAGE) more();
		});
		await once(page, 'end');
		expect(got).toBe(`${PAGE}<p>And the tea is ready.</p>`);
	}
});

test('small answers are not compressed', async () => {
	const ask = await serve((_, res) => {
		res.setHeader('content-type', 'application/json');
		res.end('{}');
	});
	const answer = await ask('br');
	expect(answer.headers['content-encoding']).toBeUndefined();
	expect(await text(answer)).toBe('{}');
});

test.each<[what: string, status: number, headers: Record<string, string>]>([
	['compressed already', 200, { ...HTML, 'content-encoding': 'gzip' }],
	['a picture', 200, { 'content-type': 'image/png' }],
	['nothing that has a type', 200, {}],
	['not to be changed', 200, { ...HTML, 'cache-control': 'private, no-transform' }],
	['a part', 206, { ...HTML, 'content-range': 'bytes 0-4799/9000' }]
])('what is %s is left alone', async (_, status, headers) => {
	const ask = await serve((_, res) => res.writeHead(status, headers).end(PAGE));
	const answer = await ask('br, gzip');
	expect(answer.statusCode).toBe(status);
	expect(answer.headers['content-encoding']).toBe(headers['content-encoding']);
	expect(await text(answer)).toBe(PAGE);
});

test('answers without a body get none', async () => {
	let status = 204;
	const ask = await serve((_, res) => res.writeHead(status, { etag: '"1"' }).end());
	for (status of [204, 304]) {
		const answer = await ask('br');
		expect(answer.statusCode).toBe(status);
		expect(answer.headers.etag).toBe('"1"');
		expect(answer.headers['content-encoding']).toBeUndefined();
		expect(answer.headers['transfer-encoding']).toBeUndefined();
		expect(await text(answer)).toBe('');
	}
});

test('a HEAD answer has the headers of the uncompressed page', async () => {
	const ask = await serve((_, res) => res.writeHead(200, { ...HTML, 'content-length': PAGE.length }).end());
	const answer = await ask('br', 'HEAD');
	expect(answer.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(PAGE.length) });
	expect(answer.headers['content-encoding']).toBeUndefined();
});

test('a compressed answer has no Content-Length, and its Vary is complete', async () => {
	const headers = { ...HTML, vary: 'Accept', 'content-length': PAGE.length };
	const ask = await serve((_, res) => {
		res.setHeader('x-ours', '1');
		res.writeHead(404, 'Nowhere', headers);
		res.end(PAGE, 'utf8');
	});
	const answer = await ask('gzip');
	expect(answer.statusCode).toBe(404);
	expect(answer.statusMessage).toBe('Nowhere');
	expect(answer.headers).toMatchObject({ vary: 'Accept, Accept-Encoding', 'x-ours': '1' });
	expect(answer.headers['content-length']).toBeUndefined();
	expect(await text(decoded(answer))).toBe(PAGE);
});

test('a slow reader slows the writer down, and receives the whole answer', async () => {
	// Noise does not compress.
	let state = 1;
	const noise = () => String.fromCharCode(32 + ((state = (state * 48_271) % 2_147_483_647) % 90));
	const chunk = Array.from({ length: 2 * 1_024 * 1_024 }, noise).join('');
	const CHUNKS = 9;
	let written = 0;
	let ended = false;
	const ask = await serve((_, res) => {
		res.writeHead(200, HTML);
		const write = () => {
			while (written < CHUNKS) {
				written += 1;
				if (!res.write(chunk)) return void res.once('drain', write);
			}
			res.once('finish', () => (ended = true));
			res.end();
		};
		write();
	});
	const answer = await ask('gzip');
	let before = -1;
	while (before !== written) {
		before = written;
		await new Promise((later) => setTimeout(later, 100));
	}
	expect(written).toBeLessThan(CHUNKS);
	expect(await text(decoded(answer))).toBe(chunk.repeat(CHUNKS));
	expect(ended).toBe(true);
});

test('a client that hangs up ends its own answer and no other', async () => {
	const { promise: closed, resolve: close } = Promise.withResolvers<void>();
	const ask = await serve((_, res) => {
		res.writeHead(200, HTML);
		const timer = setInterval(() => res.write(PAGE), 5);
		res.once('close', () => {
			clearInterval(timer);
			res.end(PAGE);
			close();
		});
	});
	const answer = await ask('br');
	await once(answer, 'data');
	answer.destroy();
	await closed;
	expect((await ask('br')).statusCode).toBe(200);
});
