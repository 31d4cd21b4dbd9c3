/** Bare node:http with the bytes of a page, which are fetched once from the address in FROM. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { FROM = '', COOKIE = '' } = process.env;
const page = await fetch(FROM, { headers: { cookie: COOKIE } });
const bytes = Buffer.from(await page.arrayBuffer());

const server = createServer((_, res) => {
	res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': bytes.length }).end(bytes);
});
server.listen(0, '127.0.0.1', () => {
	console.log(`The bytes are at http://127.0.0.1:${(server.address() as AddressInfo).port} `);
});
