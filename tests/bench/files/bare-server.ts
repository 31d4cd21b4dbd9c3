/** Bare node:http: streams a file to the disk, tells readers of it, and sends it to them. Nothing else is checked or stored. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const folder = process.env.DATA_DIR ?? '.';
const readers = new Set<ServerResponse>();
let count = 0;

const server = createServer((req, res) => {
	if (req.url === '/events') {
		res.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
		readers.add(res);
		res.once('close', () => readers.delete(res));
	} else if (req.method === 'POST') {
		const name = String(++count);
		// `flush`: on the disk, as the other side's, before anybody is told.
		pipeline(req, createWriteStream(join(folder, name), { flush: true })).then(
			() => {
				res.end();
				for (const reader of readers) reader.write(`${name}\n`);
			},
			() => res.destroy()
		);
	} else pipeline(createReadStream(join(folder, (req.url ?? '/').slice(1))), res).catch(() => res.destroy());
});
server.listen(0, '127.0.0.1', () => console.log(`Bare at http://127.0.0.1:${(server.address() as AddressInfo).port} `));
