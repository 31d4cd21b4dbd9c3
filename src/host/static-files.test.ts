import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { filesOf, readFiles } from './static-files.ts';

const SCRIPT = 'export const kettle = "on";\n';
const IMMUTABLE = '/_app/immutable/app.js';

/** Starts a server of `files` that answers `app` to other requests. Also returns its folder. */
async function serve(files: Record<string, string>, earlier: Record<string, string> = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'parley-files-'));
	for (const [where, contents] of Object.entries({ assets: files, earlier })) {
		for (const [name, content] of Object.entries(contents)) {
			const path = join(folder, where, name);
			mkdirSync(join(path, '..'), { recursive: true });
			writeFileSync(path, content);
		}
	}
	const read = readFiles(join(folder, 'assets'), join(folder, 'earlier'));
	const server = createServer(filesOf(read, (_, res) => res.writeHead(404).end('app')));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
		rmSync(folder, { recursive: true, force: true });
	});
	const { port } = server.address() as AddressInfo;
	const ask = async (path: string, headers: OutgoingHttpHeaders = {}, method = 'GET') => {
		const asking = request({ port, host: '127.0.0.1', path, method, headers }).end();
		const [answer] = (await once(asking, 'response')) as [IncomingMessage];
		return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
	};
	return { ask, folder };
}

test('files have their content type, and a file with a hash in its name is immutable', async () => {
	const { ask } = await serve({ 'robots.txt': 'all', [IMMUTABLE]: SCRIPT });
	const robots = await ask('/robots.txt?x=1');
	expect(robots).toMatchObject({ status: 200, body: 'all', headers: { 'content-type': 'text/plain' } });
	expect(robots.headers['cache-control']).toBeUndefined();
	expect(await ask(IMMUTABLE)).toMatchObject({
		status: 200,
		body: SCRIPT,
		headers: { 'content-type': 'text/javascript', 'cache-control': 'public,max-age=31536000,immutable' }
	});
	expect(await ask('/nothing.js')).toMatchObject({ status: 404, body: 'app' });
	const etag = String(robots.headers.etag);
	expect(await ask('/robots.txt', { 'if-none-match': `"x", ${etag}` })).toMatchObject({ status: 304, body: '' });
});

test('compressed files are sent to clients that accept the encoding', async () => {
	const { ask } = await serve({ 'a.js': SCRIPT, 'a.js.br': 'brotli', 'a.js.gz': 'gzip' });
	for (const [accepted, body] of [
		['gzip, deflate, br', 'brotli'],
		['gzip', 'gzip'],
		['br;q=0, gzip;q=0.5', 'gzip'],
		['identity', SCRIPT],
		['', SCRIPT]
	] as const) {
		const answer = await ask('/a.js', { 'accept-encoding': accepted });
		expect(answer, accepted).toMatchObject({ status: 200, body, headers: { vary: 'Accept-Encoding' } });
		expect(answer.headers['content-length'], accepted).toBe(String(body.length));
	}
	expect((await ask('/a.js.br')).body).toBe('app');
});

test('a valid range gets a part of the file, and an unsupported range the whole file', async () => {
	const { ask } = await serve({ 'a.txt': '0123456789', 'a.txt.br': 'brotli' });
	const part = async (range: string) => {
		const { status, headers, body } = await ask('/a.txt', { range, 'accept-encoding': 'br;q=0' });
		return [status, headers['content-range'], body];
	};
	expect(await part('bytes=0-0')).toEqual([206, 'bytes 0-0/10', '0']);
	expect(await part('bytes=5-')).toEqual([206, 'bytes 5-9/10', '56789']);
	expect(await part('bytes=8-20')).toEqual([206, 'bytes 8-9/10', '89']);
	expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '']);
	for (const none of ['bytes=5-2', 'bytes=-5', 'bytes=0-1000000000000000000000', 'bytes=0-1,5-6', 'lines=1-2', '']) {
		expect(await part(none), none).toEqual([200, undefined, '0123456789']);
	}
	expect((await ask('/a.txt', { range: 'bytes=0-0', 'if-range': '"x"' })).status).toBe(200);
});

test('files refuse methods other than GET and HEAD', async () => {
	const { ask } = await serve({ 'a.txt': '0123456789' });
	for (const method of ['PUT', 'DELETE', 'POST', 'PATCH', 'OPTIONS']) {
		expect(await ask('/a.txt', {}, method), method).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
	}
	expect(await ask('/a.txt', {}, 'HEAD')).toMatchObject({ status: 200, headers: { 'content-length': '10' }, body: '' });
	expect((await ask('/other', {}, 'PUT')).body).toBe('app');
});

test('hidden files are not served, and a damaged path matches no file', async () => {
	const { ask } = await serve({ '.vite/manifest.json': '{}', '.env': 'x', 'é.txt': 'here' });
	for (const path of ['/.env', '/.vite/manifest.json', '/%E0%A4%A', '/../a', '/']) {
		expect((await ask(path)).body, path).toBe('app');
	}
	expect((await ask('/%C3%A9.txt')).body).toBe('here');
});

test('a later build changes nothing, and files of the previous build are served as well', async () => {
	const { ask, folder } = await serve({ 'a.txt': 'new' }, { 'a.txt': 'old', 'b.txt': 'of old' });
	rmSync(folder, { recursive: true });
	expect((await ask('/a.txt')).body).toBe('new');
	expect((await ask('/b.txt')).body).toBe('of old');
});
