import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('settings without variables are the embedded store on this machine', () => {
	expect(readSettings({})).toMatchObject({
		listen: { host: '127.0.0.1', port: 3_000 },
		store: { mode: 'embedded', dataDir: './data' },
		sends: { burst: 10, rate: 1 },
		joins: { burst: 20, rate: 0.0056 },
		rooms: { burst: 10, rate: 0.0028 },
		reads: { burst: 2_000, rate: 100 }
	});
});

test('DATA_DIR below ~ is below the home directory', () => {
	const dataDir = (DATA_DIR: string) => {
		const { store } = readSettings({ DATA_DIR });
		return store.mode === 'embedded' ? store.dataDir : undefined;
	};
	expect(dataDir('~/chat')).toBe(join(homedir(), 'chat'));
	expect(dataDir('~')).toBe(join(homedir(), '.'));
	expect(dataDir('./~/chat')).toBe('./~/chat');
});

test('PRESENCE is on by default, except for a hosted endpoint, which bills it', () => {
	const hosted = { HPKV_BASE_URL: 'https://a.example', HPKV_API_KEY: 'a-key-that-is-long-enough' };
	expect(readSettings({}).presence).toBe(true);
	expect(readSettings({ PRESENCE: 'off' }).presence).toBe(false);
	expect(readSettings(hosted).presence).toBe(false);
	expect(readSettings({ ...hosted, PRESENCE: 'on' }).presence).toBe(true);
	expect(() => readSettings({ PRESENCE: 'maybe' })).toThrow('PRESENCE should be on or off, not "maybe"');
});

test('files are on the disk in MB, in a bucket, or off where a hosted store has none', () => {
	const bucket = { S3_ENDPOINT: 'https://s3.example/', S3_BUCKET: 'files', S3_KEY: 'key', S3_SECRET: 'secret' };
	const hosted = { HPKV_BASE_URL: 'https://a.example', HPKV_API_KEY: 'a-key-that-is-long-enough' };
	expect(readSettings({}).files).toMatchObject({
		sizes: { most: 25e6, total: 20e9, leastFree: 1e9 },
		folder: join('data', 'files'),
		s3: undefined
	});
	expect(readSettings({ UPLOAD_MAX: '0' }).files.sizes.most).toBe(0);
	expect(readSettings(bucket).files.s3).toEqual({
		endpoint: 'https://s3.example',
		...{ bucket: 'files', key: 'key', secret: 'secret' }
	});
	expect(readSettings(hosted).files).toMatchObject({ sizes: { most: 0 }, lacksBucket: true });
	expect(readSettings({ ...hosted, ...bucket }).files).toMatchObject({ sizes: { most: 25e6 }, lacksBucket: false });
	expect(() => readSettings({ ...bucket, S3_KEY: '' })).toThrow('S3_KEY should be set as well');
});

test('a variable set to an empty text counts as not set', () => {
	expect(readSettings({ HPKV_BASE_URL: '', PORT: '' }).store.mode).toBe('embedded');
});

test('HPKV_BASE_URL with a key is a hosted endpoint, whose socket address is derived as in HPKV’s own clients', () => {
	const HPKV_API_KEY = 'a-key-that-is-long-enough';
	const socket = (env: Record<string, string>) => {
		const { store } = readSettings({ HPKV_API_KEY, ...env });
		return store.mode === 'hosted' ? store.socketUrl : undefined;
	};
	expect(socket({ HPKV_BASE_URL: 'https://api-eu-1.hpkv.io' })).toBe('wss://api-eu-1.hpkv.io/ws');
	expect(socket({ HPKV_BASE_URL: 'http://127.0.0.1:3100/hpkv/' })).toBe('ws://127.0.0.1:3100/hpkv/ws');
	expect(socket({ HPKV_BASE_URL: 'https://a.example', HPKV_WS_URL: 'wss://b.example/ws' })).toBe('wss://b.example/ws');
});

test('DATABASE_URL is a database that nodes share; each is named in its log', () => {
	const DATABASE_URL = 'postgres://parley:secret@a,b:5433/chat?sslmode=verify-full';
	const { store, nodeName, presence } = readSettings({ DATABASE_URL, DATABASE_ALONE: '1', PORT: '3001' });
	expect(store).toMatchObject({ mode: 'shared', databaseUrl: DATABASE_URL, databaseAlone: true });
	expect(nodeName).toBe(`${hostname()}:3001`);
	expect(presence).toBe(true);
	expect(readSettings({ DATABASE_URL, NODE_NAME: 'east-1' }).nodeName).toBe('east-1');
	expect(readSettings({}).nodeName).toBeUndefined();
});

test('a node of a hosted store remembers for a minute, unless STORE_MEMORY_SECONDS says otherwise', () => {
	const hosted = { HPKV_BASE_URL: 'https://a.example', HPKV_API_KEY: 'a-key-that-is-long-enough' };
	expect(readSettings(hosted).store).toMatchObject({ memoryMs: 60_000 });
	expect(readSettings({ ...hosted, STORE_MEMORY_SECONDS: '0' }).store).toMatchObject({ memoryMs: 0 });
	expect(() => readSettings({ STORE_MEMORY_SECONDS: '301' })).toThrow('should be a whole number from 0 to 300');
});

test.each([
	['https://Chat.Example.org', ['https://chat.example.org']],
	['https://chat.example.org:443/', ['https://chat.example.org']],
	['https://chat.example.org, http://192.168.1.5:3000', ['https://chat.example.org', 'http://192.168.1.5:3000']]
])('ORIGIN=%s is normalised as browsers do', (ORIGIN, origins) => {
	expect(readSettings({ ORIGIN }).origins).toEqual(origins);
});

test.each([
	[{ PORT: 'eighty' }, 'PORT should be a whole number from 0 to 65535, not "eighty"'],
	[{ PORT: '70000' }, 'PORT should be a whole number from 0 to 65535, not "70000"'],
	[{ SEND_RATE: '0' }, 'SEND_RATE should be a number above 0, not "0"'],
	[
		{ ORIGIN: 'chat.example.org' },
		'ORIGIN should be an address that begins with http:// or https://, not "chat.example.org"'
	],
	[
		{ ORIGIN: 'https://chat.example.org/chat' },
		'ORIGIN should be an address without a path, as https://chat.example.org; several with commas between, not "https://chat.example.org/chat"'
	],
	[
		{ ORIGIN: 'https://chat.example.org,lan' },
		'ORIGIN should be an address that begins with http:// or https://, not "https://chat.example.org,lan"'
	],
	[
		{ DATABASE_URL: 'mysql://parley:secret@db/chat' },
		'DATABASE_URL should be postgres://user:password@host/name, of several hosts with commas between'
	],
	[
		{ DATABASE_URL: 'postgres://db/chat', HPKV_BASE_URL: 'https://a.example', HPKV_API_KEY: 'x' },
		'DATABASE_URL should be unset where HPKV_BASE_URL names another store'
	],
	[{ HPKV_BASE_URL: 'https://a.example' }, 'HPKV_API_KEY should be the key of the endpoint at HPKV_BASE_URL'],
	[
		{ DATA_DIR: '~ada/chat' },
		'DATA_DIR should be a path; ~/ is your home directory, and ~ with a name nobody’s, not "~ada/chat"'
	],
	[{ HPKV_MAX_VALUE_BYTES: '65537' }, 'HPKV_MAX_VALUE_BYTES should be a whole number from 1024 to 65536, not "65537"'],
	[{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL should be error, info or debug, not "loud"']
])('%j is refused in one sentence', (env, sentence) => {
	expect(() => readSettings(env)).toThrow(sentence);
});

test('an invalid key is not printed', () => {
	expect(() => readSettings({ HPKV_API_KEY: 'with a space in it' })).toThrow(
		/^HPKV_API_KEY should be a key in printable characters without a space$/
	);
	expect(() => readSettings({ HPKV_API_KEY: 'short' })).toThrow(
		/^HPKV_API_KEY should be a key of at least 16 characters$/
	);
});
