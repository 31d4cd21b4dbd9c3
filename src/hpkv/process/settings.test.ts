import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('default settings make the store private, at the usual address', () => {
	expect(readSettings({})).toEqual({
		host: '127.0.0.1',
		port: 3100,
		prefix: '',
		dataDir: './data',
		databaseUrl: undefined,
		databaseAlone: false,
		apiKey: undefined,
		maxValueBytes: 40_960,
		allowedOrigins: [],
		corsOrigins: [],
		ratePerSecond: 0,
		maxConnections: undefined,
		maxConnectionsPerAddress: undefined
	});
});

test('DATA_DIR below ~ is below the home directory', () => {
	expect(readSettings({ DATA_DIR: '~/hpkv' })).toMatchObject({ dataDir: join(homedir(), 'hpkv') });
});

test('a database is named with all of its hosts', () => {
	const url = 'postgres://parley:se%2Fcret@a.example,b.example:5433/parley?sslmode=verify-full';
	expect(readSettings({ DATABASE_URL: url, DATABASE_ALONE: '1' })).toMatchObject({
		databaseUrl: url,
		databaseAlone: true
	});
});

test('two stores at once are refused', () => {
	expect(readSettings({ DATABASE_URL: 'postgres://a/b', HPKV_BASE_URL: 'https://c.example' })).toEqual({
		wrong: ['DATABASE_URL and HPKV_BASE_URL name two stores: set one of them.']
	});
});

test('origins are a list', () => {
	expect(readSettings({ HPKV_ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080' })).toMatchObject({
		allowedOrigins: ['https://a.example', 'http://b.example:8080']
	});
	expect(readSettings({ HPKV_CORS_ORIGINS: '*' })).toMatchObject({ corsOrigins: ['*'] });
});

test.each([
	['HPKV_PORT', '70000', /^HPKV_PORT must be a whole number from 0 to 65535\.$/],
	['HPKV_PORT', 'http', /^HPKV_PORT must be/],
	['HPKV_PREFIX', 'hpkv/', /^HPKV_PREFIX must be empty or a path/],
	['HPKV_API_KEY', 'short', /^HPKV_API_KEY must be 16 to 256/],
	['HPKV_MAX_VALUE_BYTES', '1023', /^HPKV_MAX_VALUE_BYTES must be a whole number from 1024 to 65536[.]$/],
	['HPKV_MAX_VALUE_BYTES', '65537', /^HPKV_MAX_VALUE_BYTES must be/],
	['DATABASE_URL', 'postgres://host', /^DATABASE_URL must be postgres:/],
	['DATABASE_URL', 'mysql://host/name', /^DATABASE_URL must be postgres:/],
	['DATABASE_URL', 'postgres://a,,b/name', /^DATABASE_URL must be postgres:/],
	['DATABASE_ALONE', 'yes', /^DATABASE_ALONE must be 0 or 1[.]$/],
	['DATA_DIR', '~ada/data', /^DATA_DIR must be a path/],
	['HPKV_ALLOWED_ORIGINS', 'example.org', /^HPKV_ALLOWED_ORIGINS must be origins/],
	['HPKV_ALLOWED_ORIGINS', '*', /^HPKV_ALLOWED_ORIGINS must be origins/],
	['HPKV_CORS_ORIGINS', 'https://a.example/', /^HPKV_CORS_ORIGINS must be origins/]
])('%s=%s is refused with a sentence', (name, value, sentence) => {
	const read = readSettings({ [name]: value });
	expect('wrong' in read && read.wrong[0]).toMatch(sentence);
});
