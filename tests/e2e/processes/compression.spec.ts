/** Compression in the built app: pages and data by the server, files by the build. */
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, fresh, test } from '../test.ts';

/** Does not decode the answer, as fetch would. */
const raw = (url: string, headers: Record<string, string>) =>
	new Promise<{ answer: IncomingMessage; body: Buffer }>((resolve, reject) => {
		get(url, { headers }, (answer) => {
			buffer(answer).then((body) => resolve({ answer, body }), reject);
		}).on('error', reject);
	});

test('pages, their data and JSON answers are compressed, and small answers are not', async ({ app, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'The kettle is on. '.repeat(50), 'And the tea is ready. '.repeat(50));
	const cookie = ada.cookie;
	for (const path of [kitchen, '/', `${kitchen}/__data.json`, `${kitchen}/since?message=0&change=0&holes=`]) {
		for (const encoding of ['br', 'gzip']) {
			const { answer, body } = await raw(app.url + path, { cookie, 'accept-encoding': encoding });
			expect(answer.statusCode, path).toBe(200);
			expect(answer.headers['content-encoding'], path).toBe(encoding);
			expect(answer.headers.vary, path).toContain('Accept-Encoding');
			const text = (encoding === 'br' ? brotliDecompressSync : gunzipSync)(body).toString();
			expect(text, path).toContain(path === '/' ? 'Kitchen' : 'And the tea is ready.');
			expect(body.length, path).toBeLessThan(text.length / 2);
		}
		const { answer, body } = await raw(app.url + path, { cookie });
		expect(answer.headers['content-encoding'], path).toBeUndefined();
		expect(body.toString(), path).toContain('Kitchen');
	}
	const { answer } = await raw(`${app.url}/healthz`, { 'accept-encoding': 'br, gzip' });
	expect(answer.headers['content-encoding']).toBeUndefined();
});

test('a page that shows a secret is not compressed: its length could reveal the secret', async ({ app, someone }) => {
	const ada = await someone('Ada');
	const link = await ada.makeSignInLink();
	const shown: [path: string, cookie: string, secret: string][] = [
		...['/', '/you', '/you/sign-in', '/you/__data.json'].map(
			(path) => [path, ada.codesCookie, ada.codes[9] ?? ''] as [string, string, string]
		),
		...['/you/sign-in', '/you/sign-in/__data.json'].map(
			(path) => [path, link.cookie, link.secret] as [string, string, string]
		)
	];
	for (const [path, once, secret] of shown) {
		const cookie = `${ada.cookie}; ${once}`;
		const { answer, body } = await raw(app.url + path, { cookie, 'accept-encoding': 'br, gzip' });
		expect(body.toString(), path).toContain(secret);
		expect(answer.headers['content-encoding'], path).toBeUndefined();
		expect(answer.headers['cache-control'], path).toBe('private, no-store, no-transform');
	}
});

test('scripts and styles are compressed by the build, and immutable', async ({ app }) => {
	const home = await (await fetch(app.url)).text();
	const files = home.match(/_app\/immutable\/[\w./-]+\.(?:js|css)/g) ?? [];
	expect(files.length).toBeGreaterThan(2);
	for (const file of files) {
		for (const encoding of ['br', 'gzip']) {
			const { answer, body } = await raw(`${app.url}/${file}`, { 'accept-encoding': encoding });
			expect(answer.headers['cache-control'], file).toBe('public,max-age=31536000,immutable');
			expect(answer.headers['content-encoding'], file).toBe(encoding);
			// A file compressed by the build has a length; an answer compressed by the server has none.
			expect(answer.headers['content-length'], file).toBe(String(body.length));
			expect(answer.headers.vary, file).toMatch(/^accept-encoding$/i);
		}
	}
});
