import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { forget, freshDirectory } from '../../../../tests/contract/alone.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { ENOUGH_DISK_BYTES, LEAST_DISK_BYTES } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readSettings } from '../runtime/settings.ts';
import { checkDate, checkMessageTimes } from './clock.ts';
import { checkRights, checkSpace } from './data-directory.ts';
import { examine, findingLine } from './doctor.ts';
import { checkProxySettings, checkRequest } from './proxy.ts';

const NOW = Date.UTC(2026, 10, 28, 12);

let store: Hpkv;
let directory: string;
beforeEach(() => {
	store = memoryStore();
	directory = freshDirectory();
	mkdirSync(directory, { recursive: true });
	chmodSync(directory, 0o700);
});
afterEach(() => forget(directory));

/** Starts what stands at the public address. @returns its origin */
async function serve(answer: (req: IncomingMessage, res: ServerResponse) => void, upgrade = '101 Switching Protocols') {
	const server = createServer(answer);
	server.on('upgrade', (_, socket) =>
		socket.end(`HTTP/1.1 ${upgrade}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`)
	);
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers as Parley does. */
async function parley(req: IncomingMessage, res: ServerResponse): Promise<void> {
	if (req.method === 'POST') return void res.writeHead(405).end();
	await store.set(keys.health, String(performance.now()));
	res.end('ok\n');
}

async function examined(origin: string, verify = () => Promise.resolve('7 records are sound.')) {
	const lines: string[] = [];
	const isWell = await examine(
		{
			settings: readSettings({ ORIGIN: origin, DATA_DIR: directory }),
			dotEnvNames: ['ORIGN', 'PORT', 'DATABASE_URL'],
			here: 'http://localhost:3000',
			verify,
			openStore: () => Promise.resolve({ store, close: () => Promise.resolve() }),
			clock: Date.now
		},
		(finding) => void lines.push(findingLine(finding))
	);
	return { isWell, said: lines.join('\n') };
}

test('doctor finds nothing wrong with a Parley that answers at its address', async () => {
	const { isWell, said } = await examined(await serve((req, res) => void parley(req, res)));
	expect(said).not.toContain('WRONG');
	expect(said).toContain(
		'look   Settings: ORIGN in .env is no setting and has no effect. ORIGIN is one: correct the name.'
	);
	expect(said).not.toContain('DATABASE_URL');
	expect(said).toMatch(/^ok {5}WebSocket: Pages can open/m);
	expect(isWell).toBe(true);
});

test.each<[string, (req: IncomingMessage, res: ServerResponse) => void, RegExp]>([
	[
		'a proxy without its target',
		(_, res) => res.writeHead(502).end('Bad gateway'),
		/it does not reach Parley\. Start Parley/
	],
	[
		'a redirect',
		(_, res) => res.writeHead(301, { location: 'https://www.example.org/' }).end(),
		/leads to https:\/\/www\.example\.org\/: set ORIGIN/
	],
	[
		'a name that is not passed on',
		(_, res) => res.writeHead(421).end(),
		/the proxy should pass the Host header, and ORIGIN=/
	],
	[
		'a store that takes no write',
		(_, res) => res.writeHead(503).end('The store takes no write.\n'),
		/its store takes no write/
	],
	['another program', (_, res) => res.end('<h1>It works!</h1>'), /answers 200, and not as Parley does/],
	['another Parley', (_, res) => res.end('ok\n'), /^WRONG {2}Address: Another Parley answers/m],
	[
		'a form that counts as another site’s',
		(req, res) => (req.method === 'POST' ? void res.writeHead(403).end() : void parley(req, res)),
		/^WRONG {2}Forms: .* set ORIGIN=http/m
	]
])('doctor says what to do about %s', async (_, answer, sentence) => {
	const { isWell, said } = await examined(await serve(answer));
	expect(said).toMatch(sentence);
	expect(isWell).toBe(false);
});

test.each([
	['401 Unauthorized', /answered 401.* pass the headers Upgrade and Connection on\./],
	['403 Forbidden', /answered 403.* Set ORIGIN=http/]
])('doctor says what to do about a WebSocket that is answered %s', async (status, sentence) => {
	const { isWell, said } = await examined(await serve((req, res) => void parley(req, res), status));
	expect(said).toMatch(sentence);
	expect(isWell).toBe(false);
});

test('doctor says that nothing answers, and that the records are damaged', async () => {
	expect((await examined('http://127.0.0.1:1')).said).toMatch(
		/^WRONG {2}Address: .* cannot be reached from here \(\w+\): start Parley/m
	);
	const damaged = await examined('http://127.0.0.1:1', () => Promise.reject(new Error('It is damaged; restore it')));
	expect(damaged.said).toMatch(/^WRONG {2}Store: It is damaged; restore it$/m);
	expect(damaged.isWell).toBe(false);
});

test('a newer store is told by doctor', async () => {
	await store.set(keys.format, '99');
	expect((await examined('http://127.0.0.1:1')).said).toMatch(
		/^WRONG {2}Format: The store was written by a newer Parley/m
	);
});

test('the space of a disk is enough, or little, or next to nothing', () => {
	const is = (free: number, size = 1_000) => checkSpace('./data', { free, size }).is;
	expect(is(ENOUGH_DISK_BYTES)).toBe('ok');
	expect(is(ENOUGH_DISK_BYTES, ENOUGH_DISK_BYTES)).toBe('warning');
	expect(is(ENOUGH_DISK_BYTES - 1)).toBe('warning');
	expect(checkSpace('./data', { free: LEAST_DISK_BYTES - 1, size: 1 })).toMatchObject({
		is: 'wrong',
		text: expect.stringMatching(/free some of it/) as string
	});
});

test.skipIf(process.platform === 'win32')(
	'a directory that others can look into is told, and a missing one',
	async () => {
		expect(await checkRights(directory)).toMatchObject({ is: 'ok' });
		writeFileSync(join(directory, 'hpkv.db'), '');
		chmodSync(directory, 0o755);
		expect(await checkRights(directory)).toMatchObject({
			is: 'warning',
			text: expect.stringContaining('chmod 700') as string
		});
		// The volume of an image.
		chmodSync(directory, 0o1777);
		expect(await checkRights(directory)).toMatchObject({ is: 'ok' });
		expect(await checkRights(join(directory, 'none'))).toMatchObject({
			is: 'wrong',
			text: expect.stringContaining('chown -R') as string
		});
	}
);

test('a clock that is behind the newest message, or away from another machine’s, is told', async () => {
	const last = (timestamp: number) =>
		store.set(keys.last('r'), JSON.stringify({ n: 1, sender: 'Ada', text: 'Tea', timestamp }));
	await last(NOW + 50_000);
	expect(await checkMessageTimes(store, NOW)).toMatchObject({ is: 'ok' });
	await last(NOW + 3_600_000);
	expect((await checkMessageTimes(store, NOW)).text).toBe(
		'The newest message is from 2026-11-28 13:00:00 UTC, and this machine’s clock says 2026-11-28 12:00:00 UTC: set the clock, best by NTP.'
	);
	expect(checkDate(new Date(NOW).toUTCString(), 'a', NOW + 30_000)).toMatchObject({ is: 'ok' });
	expect(checkDate(new Date(NOW).toUTCString(), 'a', NOW + 300_000)).toMatchObject({ is: 'wrong' });
	expect(checkDate(null, 'a', NOW)).toBeUndefined();
});

test('what a proxy says and settings do not know is told', () => {
	const proxy = { header: 'x-forwarded-for', depth: 1 };
	const origins = ['https://chat.example.org'];
	expect(checkProxySettings({ origins, proxy: undefined })).toMatchObject([{ is: 'warning' }]);
	expect(checkProxySettings({ origins, proxy })).toEqual([]);
	expect(checkProxySettings({ origins: ['http://192.168.1.5'], proxy: undefined })).toEqual([]);

	const said = (
		headers: Record<string, string>,
		own: string,
		known = { origins, proxy: undefined as typeof proxy | undefined }
	) => checkRequest(new Headers(headers), own, known).map(({ is, about }) => `${about}: ${is}`);
	expect(said({}, 'http://localhost:3000')).toEqual(['Address: ok']);
	expect(said({ 'x-forwarded-for': '203.0.113.1' }, 'https://chat.example.org')).toEqual([
		'Addresses of people: warning'
	]);
	expect(said({ 'x-forwarded-for': '203.0.113.1' }, 'https://chat.example.org', { origins, proxy })).toEqual([
		'Address: ok'
	]);
	expect(said({}, 'https://chat.example.org', { origins, proxy })).toEqual(['Addresses of people: warning']);
	expect(said({ 'x-forwarded-proto': 'https' }, 'http://chat.example.org')).toEqual(['Address: wrong']);
});
