/**
 * HPKV's showcase chat on our own store: its page and its script, a token, and the room under one key. Kinder than the
 * showcase is: no framework has to be loaded, and both files are compressed.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { openEmbedded } from '../../../../src/hpkv/embedded/open.server.ts';
import { lineOf } from '../past.ts';

const KEY = 'chat:general';
const MIB = 1_024 * 1_024;

const { DATA_DIR = '', MESSAGES } = process.env;
const store = await openEmbedded({
	dataDir: DATA_DIR,
	prefix: '',
	allowedOrigin: () => true,
	serveApiKeys: false,
	maxValueBytes: 8 * MIB
});
const now = Date.now();
const history = Array.from({ length: Number(MESSAGES) }, (_, n) => ({
	id: crypto.randomUUID(),
	...lineOf(n),
	timestamp: now - n
}));
await store.client.set(KEY, JSON.stringify(history));

const file = (name: string, type: string) => ({
	type,
	bytes: gzipSync(readFileSync(new URL(name, import.meta.url)), { level: 9 })
});
const files = new Map([
	['/', file('page.html', 'text/html; charset=utf-8')],
	['/chat.js', file('chat.js', 'text/javascript; charset=utf-8')]
]);

const server = createServer((req, res) => {
	const found = files.get(req.url ?? '');
	if (found) {
		const headers = { 'content-type': found.type, 'content-encoding': 'gzip', 'content-length': found.bytes.length };
		res.writeHead(200, headers).end(found.bytes);
	} else if (req.url === '/token') {
		// What the showcase asks for: whoever has it may read and write the room.
		void store.client.token({ subscribeKeys: [KEY], accessPattern: `^${KEY}$` }).then((token) => {
			res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
		});
	} else res.writeHead(404).end();
});
server.on('upgrade', (req, socket, head) => store.upgrade(req, socket, head));
server.listen(0, '127.0.0.1', () => {
	console.log(`The showcase is at http://127.0.0.1:${(server.address() as AddressInfo).port} `);
});
