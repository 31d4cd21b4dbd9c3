import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hostedStore } from '../../src/hpkv/clients/rest.ts';
import { checkEndpoint } from '../../src/hpkv/clients/check-endpoint.ts';
import { hangUp } from '../support/hang-up.ts';
import { forget, freshDirectory, startAlone } from './alone.ts';
import { refusedUpgrade, talk } from './talker.ts';

const dataDir = join(freshDirectory(), 'data');
afterAll(() => forget(join(dataDir, '..')));

test('a store run alone prints where it is, keeps its key to its owner, and ends cleanly in a moment', async () => {
	const alone = await startAlone({ DATA_DIR: dataDir });
	expect(alone.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
	expect(statSync(join(dataDir, 'api-key')).mode & 0o777).toBe(0o600);
	await checkEndpoint(hostedStore(alone), alone.socketUrl);
	await hostedStore(alone).set('kept', 'over a restart');
	const ada = await talk(`${alone.socketUrl}?apiKey=${alone.apiKey}`);
	const deaf = await talk(`${alone.socketUrl}?apiKey=${alone.apiKey}`);
	deaf.socket.pause();
	const { code, ms } = await alone.stop();
	expect(code).toBe(0);
	expect(ms).toBeLessThan(5_000);
	expect(await ada.closed).toBe(1012);
	deaf.socket.terminate();
	expect(existsSync(join(dataDir, 'hpkv.db-wal'))).toBe(false);
	expect(existsSync(join(dataDir, 'hpkv.unclean'))).toBe(false);
	expect(alone.output()).not.toContain(alone.apiKey);
});

test('key, records and tokens are the same after a restart', async () => {
	const key = readFileSync(join(dataDir, 'api-key'), 'utf8').trim();
	const first = await startAlone({ DATA_DIR: dataDir });
	const token = await hostedStore(first).token({ subscribeKeys: ['a'], accessPattern: '^$' });
	await first.stop('SIGINT');
	const second = await startAlone({ DATA_DIR: dataDir });
	expect(second.apiKey).toBe(key);
	expect(await hostedStore(second).get('kept')).toBe('over a restart');
	expect(await refusedUpgrade(`${second.socketUrl}?token=${token}`)).toBe(101);
	await second.stop();
});

test('two on one directory: the second says so and ends, the first does not notice', async () => {
	const first = await startAlone({ DATA_DIR: dataDir });
	const began = performance.now();
	await expect(startAlone({ DATA_DIR: dataDir })).rejects.toThrow(/ended with 1: .*in use by another process/);
	expect(performance.now() - began).toBeLessThan(10_000);
	await hostedStore(first).set('still', 'here');
	await first.stop('SIGKILL');
	const second = await startAlone({ DATA_DIR: dataDir });
	expect(await hostedStore(second).get('still')).toBe('here');
	await second.stop();
});

test('a wrong setting stops the start with its name and what it should be', async () => {
	await expect(startAlone({ DATA_DIR: dataDir, HPKV_PORT: '-1' })).rejects.toThrow(
		/ended with 1: HPKV_PORT must be a whole number from 0 to 65535\./
	);
});

test('below a prefix, with an operator’s key and a list of origins', async () => {
	const key = 'an-operators-own-key';
	const alone = await startAlone({
		DATA_DIR: dataDir,
		HPKV_API_KEY: key,
		HPKV_PREFIX: '/store',
		HPKV_ALLOWED_ORIGINS: 'https://chat.example'
	});
	const store = hostedStore({ baseUrl: `${alone.baseUrl}/`, apiKey: key });
	expect(await store.get('still')).toBe('here');
	const url = `${alone.socketUrl}?token=${await store.token({ subscribeKeys: [], accessPattern: '^$' })}`;
	expect(await refusedUpgrade(url, { origin: 'https://chat.example' })).toBe(101);
	expect(await refusedUpgrade(url, { origin: 'https://other.example' })).toBe(403);
	expect(await refusedUpgrade(url)).toBe(101);
	// Outside of the prefix is nothing, and whoever looks for it and hangs up takes nobody along.
	for (const path of ['/nowhere', '/store/ws', '/store/nowhere']) await hangUp(alone.baseUrl, path, 50);
	expect(await refusedUpgrade(url), alone.output()).toBe(101);
	await alone.stop();
});
