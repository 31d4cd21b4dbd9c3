import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { filesOf } from './files.ts';

async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(filesOf(listener));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a part of a file is asked for where it can be one; of anything else, all of it', async () => {
	const url = await serve((req, res) => res.end(req.headers.range ?? 'all'));
	const heard = async (range: string) => (await fetch(url, { headers: { range } })).text();
	for (const range of ['bytes=0-0', 'bytes=5-', 'bytes=10-20']) expect(await heard(range)).toBe(range);
	const none = [
		'bytes=5-2',
		'bytes=-5',
		'bytes=0-1000000000000000000000',
		'bytes=0-1,5-6',
		'bytes=x-y',
		'lines=1-2',
		''
	];
	for (const range of none) expect(await heard(range), range).toBe('all');
});

test('a file that has gone since the start breaks off its own answer, and no other', async () => {
	const url = await serve((req, res) => {
		if (req.url === '/here') return res.end('here');
		return createReadStream(`${import.meta.filename}.gone`).pipe(res.writeHead(200, { 'content-length': 5 }));
	});
	await expect(fetch(`${url}/gone`).then((answer) => answer.text())).rejects.toThrow();
	expect(await (await fetch(`${url}/here`)).text()).toBe('here');
});
