import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forget, freshDirectory } from '../../../tests/contract/alone.ts';
import { serve, type Served } from '../../../tests/contract/served.ts';
import { command } from './cli.ts';
import { copyCommand } from './copy-command.ts';
import { openForCommand } from './open-for-command.ts';

let folder: string;
let dataDir: string;
let copy: string;
let served: Served | undefined;

beforeEach(() => {
	folder = freshDirectory();
	dataDir = join(folder, 'data');
	copy = join(folder, 'copy.db');
});
afterEach(async () => {
	await served?.close();
	served = undefined;
	forget(folder);
});

const start = async () => (served = await serve({ dataDir })).store.client;
const stop = async () => {
	await served?.close();
	served = undefined;
};

test('a backup of a running store holds all records of the moment of the request', async () => {
	const client = await start();
	for (let n = 0; n < 500; n++) void client.set(`before:${n}`, 'x'.repeat(500));
	await client.set('last', 'x');
	let writing = true;
	const writer = (async () => {
		for (let n = 0; writing; n++) await client.set(`meanwhile:${n}`, 'x');
	})();
	expect(await command('backup', copy, dataDir)).toMatch(/^\d+ records are in .*copy\.db, and sound\.$/);
	writing = false;
	await writer;
	expect(statSync(copy).mode & 0o777).toBe(0o600);
	await stop();

	const other = join(folder, 'other');
	await command('restore', copy, other);
	const restored = await serve({ dataDir: other });
	expect((await restored.store.client.range('before:', 'before:~', 1_000)).records).toHaveLength(500);
	expect(await restored.store.client.get('last')).toBe('x');
	await restored.close();
});

test('a running store whose directory has a longer name than a socket may have is backed up and written to', async () => {
	dataDir = join(folder, 'd'.repeat(120), 'data');
	const client = await start();
	await client.set('a', 'x');
	expect(await command('backup', copy, dataDir)).toMatch(/^1 records/);
	const { store, close } = await openForCommand(dataDir);
	await store.set('b', 'y');
	expect(await client.get('b')).toBe('y');
	await close();
	await stop();
	expect(existsSync(join(dataDir, 'control'))).toBe(false);
});

test('a command reaches the records of a running store through a socket for the owner alone', async () => {
	const client = await start();
	expect(statSync(join(dataDir, 'control')).mode & 0o777).toBe(0o600);
	const { store, close } = await openForCommand(dataDir);
	await store.set('a', 'x'.repeat(10_000));
	await store.patch('a', 'y');
	expect(await client.get('a')).toBe(`${'x'.repeat(10_000)}y`);
	expect(await store.increment('n', 2)).toBe(2);
	expect((await store.range('a', 'z')).records.map(({ key }) => key)).toEqual(['a', 'n']);
	expect(await store.delete('n')).toBe(true);
	expect(await store.get('n')).toBeUndefined();
	await expect(store.set('a', 'x'.repeat(50_000))).rejects.toThrow('Value must be at most 40960 bytes');
	await close();
});

test('a command opens a stopped store and releases it', async () => {
	await expect(openForCommand(dataDir)).rejects.toThrow(/^There is no store in .*: DATA_DIR names the directory$/);
	const made = await openForCommand(dataDir, { make: true });
	await made.store.set('a', 'x');
	await made.close();
	expect(await (await start()).get('a')).toBe('x');
});

test('a backup never overwrites a file', async () => {
	await start();
	writeFileSync(copy, 'precious');
	await expect(command('backup', copy, dataDir)).rejects.toThrow(/stands already/);
	expect(readFileSync(copy, 'utf8')).toBe('precious');
});

test('a stopped store is backed up and verified as well', async () => {
	await (await start()).set('a', 'x');
	await stop();
	expect(await command('backup', copy, dataDir)).toMatch(/^1 records/);
	expect(await command('verify', undefined, dataDir)).toMatch(/^1 records are in .*hpkv\.db, and sound\.$/);
	expect(await command('verify', copy, dataDir)).toMatch(/^1 records/);
});

test('a running store is verified without a stop, and no copy stays', async () => {
	const client = await start();
	await client.set('a', 'x');
	expect(await command('verify', undefined, dataDir)).toMatch(/^1 records are in .*hpkv\.db, and sound\.$/);
	expect(existsSync(join(dataDir, `verify-${process.pid}.db`))).toBe(false);
	await client.set('b', 'x');
	// Copies of a verification that was killed, and of one that runs; and what an operator keeps.
	const [left, used, kept] = ['verify-7.db', 'verify-8.db', 'verify-9.db.gz'].map((name) => join(dataDir, name));
	for (const path of [left, used, kept]) writeFileSync(path!, 'records');
	const before = new Date(Date.now() - 25 * 60 * 60_000);
	for (const path of [left, kept]) utimesSync(path!, before, before);
	await command('verify', undefined, dataDir);
	expect([left, used, kept].map((path) => existsSync(path!))).toEqual([false, true, true]);
});

test('restoring keeps the previous records and raises counters to their records', async () => {
	const client = await start();
	await client.set('message:kitchen:000000000007', '{}');
	await client.set('messages:kitchen', '3');
	await command('backup', copy, dataDir);
	await client.set('later', 'x');
	await expect(command('restore', copy, dataDir)).rejects.toThrow(/stop the store/);
	await stop();

	const said = await command('restore', copy, dataDir);
	expect(said).toMatch(/^2 records restored from .*; 1 counters raised/);
	const again = await start();
	expect(await again.get('later')).toBeUndefined();
	expect(await again.increment('messages:kitchen')).toBe(8);
	await stop();
	const before = /in (\S+)\.$/.exec(said)![1]!;
	expect(await command('verify', before, dataDir)).toMatch(/^3 records/);
});

test('a damaged backup is not restored, and the records stay as they are', async () => {
	const client = await start();
	await client.set('a', 'an honest text');
	await command('backup', copy, dataDir);
	await stop();
	const bytes = readFileSync(copy);
	bytes[bytes.indexOf('honest')]! ^= 1;
	writeFileSync(copy, bytes);
	await expect(command('verify', copy, dataDir)).rejects.toThrow(/damaged/);
	await expect(command('restore', copy, dataDir)).rejects.toThrow(/damaged/);
	expect(await (await start()).get('a')).toBe('an honest text');
});

test('an unknown command prints the usage', async () => {
	await expect(command('dance', undefined, dataDir)).rejects.toThrow('npm run hpkv -- backup FILE');
	await expect(command('backup', undefined, dataDir)).rejects.toThrow('npm run hpkv -- backup FILE');
	await expect(command('verify', undefined, dataDir)).rejects.toThrow(/There is no store in/);
	await expect(command('verify', copy, dataDir)).rejects.toThrow(/does not exist/);
});

test('a copy moves records between a directory and an endpoint, both ways', async () => {
	const client = await start();
	for (let n = 0; n < 30; n++) await client.set(`message:a:${n}`, `text ${n}`);
	await client.increment('messages:a', 30);
	await stop();
	const endpoint = await serve();
	const env = { HPKV_API_KEY: endpoint.apiKey };
	const quiet = () => undefined;

	expect(await copyCommand([dataDir, endpoint.baseUrl, '--dry-run'], env, quiet)).toContain('31 are to be written');
	expect((await endpoint.store.client.range('a', 'z')).records).toEqual([]);
	const report = await copyCommand([dataDir, endpoint.baseUrl], env, quiet);
	expect(report).toContain('message: 30 records, equal');
	expect(report).toContain('31 records written, 0 deleted, 0 left out');
	expect(await endpoint.store.client.increment('messages:a')).toBe(31);

	const back = join(folder, 'back');
	await copyCommand([endpoint.baseUrl, back], env, quiet);
	expect(await command('verify', undefined, back)).toMatch(/^31 records/);
	await endpoint.close();
});

test('a copy to an endpoint keeps to its limit, also where a refusal does not say for how long', async () => {
	const client = await start();
	for (let n = 0; n < 60; n++) await client.set(`message:a:${n}`, `text ${n}`);
	await stop();
	const endpoint = await serve();
	const [refused, taken] = [[] as number[], [] as number[]];
	const limit = createServer((req, res) => {
		const now = performance.now();
		if (taken.filter((at) => now - at < 1_000).length >= 25) {
			refused.push(now);
			res.writeHead(429, { 'content-type': 'application/json' }).end('{"error":"Rate limit exceeded"}');
			return;
		}
		taken.push(now);
		const { method, url, headers } = req;
		const onward = request(new URL(url ?? '', endpoint.baseUrl), { method, headers }, (answer) => {
			res.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(res);
		});
		req.pipe(onward);
	});
	limit.on('upgrade', ({ url, rawHeaders }, socket) => {
		const { port } = new URL(endpoint.baseUrl);
		const onward = connect(Number(port), '127.0.0.1');
		const headers = rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
		onward.write(`GET ${url} HTTP/1.1\r\n${headers}\r\n`);
		onward.pipe(socket).pipe(onward);
		for (const end of [onward, socket]) end.on('error', () => undefined);
	});
	await new Promise<void>((listening) => limit.listen(0, '127.0.0.1', listening));
	const address = `http://127.0.0.1:${(limit.address() as AddressInfo).port}`;
	const report = await copyCommand([dataDir, address], { HPKV_API_KEY: endpoint.apiKey }, () => undefined);
	expect(report).toContain('message: 60 records, equal');
	expect(taken.length).toBeGreaterThanOrEqual(60);
	expect(refused.length).toBeGreaterThan(0);
	// The pace is halved at a refusal, and never stays above the limit.
	expect(refused.length).toBeLessThan(taken.length);
	limit.closeAllConnections();
	limit.close();
	await endpoint.close();
}, 60_000);

test('a dry run into a directory that does not exist makes none', async () => {
	const client = await start();
	await client.set('a', 'x'.repeat(5_000));
	const target = join(folder, 'target');
	const env = { HPKV_MAX_VALUE_BYTES: '3000' };
	expect(await copyCommand([dataDir, target, '--dry-run'], env, () => undefined)).toContain(
		'larger than the 3000 bytes'
	);
	expect(existsSync(target)).toBe(false);
});

test('wrong arguments and a missing key of copy are sentences', async () => {
	const failing = (...args: string[]) => expect(copyCommand(args, {}, () => undefined)).rejects;
	await failing('a').toThrow('copy needs FROM and TO');
	await failing('a', 'b', '--force').toThrow('copy does not know --force');
	await failing('http://127.0.0.1:1', 'b').toThrow('needs HPKV_API_KEY');
	await failing(join(folder, 'nowhere'), 'b').toThrow('There is no store');
});

test('where HPKV_BASE_URL names an endpoint, backup copies it, and verify and restore refuse', async () => {
	const endpoint = await serve();
	await endpoint.store.client.set('a', 'x');
	const { baseUrl, apiKey } = endpoint;
	expect(await command('backup', copy, dataDir, { baseUrl, apiKey })).toBe(`1 records are in ${copy}, and sound.`);
	expect(await command('verify', copy, dataDir, { baseUrl, apiKey })).toMatch(/^1 records/);
	await expect(command('verify', undefined, dataDir, { baseUrl, apiKey })).rejects.toThrow('HPKV_BASE_URL names');
	await expect(command('restore', copy, dataDir, { baseUrl, apiKey })).rejects.toThrow('HPKV_BASE_URL names');
	expect(existsSync(dataDir)).toBe(false);
	await endpoint.close();
});
