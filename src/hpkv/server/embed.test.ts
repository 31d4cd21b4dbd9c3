import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { IN_MEMORY, openEmbedded } from '../embedded/open.server.ts';

test('the embedded client reports every write before its writer has an answer, also those by REST', async () => {
	const written: string[] = [];
	const store = await openEmbedded({
		dataDir: IN_MEMORY,
		prefix: '/hpkv',
		allowedOrigin: () => true,
		serveApiKeys: true
	});
	store.client.onWritten((key, value) => written.push(`${key} = ${value}`));
	const server = createServer((req, res) => void store.request(req, res)).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(async () => {
		server.close();
		await store.close();
	});
	const { port } = server.address() as AddressInfo;

	await store.client.set('a', 'here');
	expect(written).toEqual(['a = here']);
	const answer = await fetch(`http://127.0.0.1:${port}/hpkv/record`, {
		method: 'POST',
		headers: { 'x-api-key': store.apiKey, 'content-type': 'application/json' },
		body: JSON.stringify({ key: 'b', value: 'elsewhere' })
	});
	expect(answer.ok).toBe(true);
	expect(written.at(-1)).toBe('b = elsewhere');
	await store.client.increment('n');
	await store.client.increment('n');
	await store.client.delete('a');
	expect(written.slice(2)).toEqual(['n = 1', 'n = 2']);
});
