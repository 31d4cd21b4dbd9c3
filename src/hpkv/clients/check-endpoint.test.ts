import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Served } from '../../../tests/contract/served.ts';
import type { Hpkv } from '../port.ts';
import { hostedStore } from './rest.ts';
import { checkEndpoint } from './check-endpoint.ts';

let served: Served;
let port: Hpkv;
beforeAll(async () => {
	served = await serve({ prefix: '/hpkv' });
	port = hostedStore(served);
});
afterAll(() => served.close());

const proof = (change: Partial<Hpkv>) => checkEndpoint({ ...port, ...change }, served.socketUrl, 300);

test('this store passes the check, and no key is left', async () => {
	await checkEndpoint(port, served.socketUrl);
	expect(await port.range('proof:', 'proof:~')).toEqual({ records: [], truncated: false });
});

test('an endpoint that replaces instead of appending is reported', async () => {
	await expect(proof({ patch: (key, value) => port.set(key, value) })).rejects.toThrow(/appended/);
});

test('a counter that gives one number twice is reported', async () => {
	await expect(proof({ increment: () => Promise.resolve(1) })).rejects.toThrow(/increments at once/);
});

test('a token that may read or write a key is reported, with the operations', async () => {
	const token = ({ subscribeKeys }: { subscribeKeys: string[] }) => port.token({ subscribeKeys, accessPattern: '.*' });
	await expect(proof({ token })).rejects.toThrow(/not refused operation 1, 2, 3, 4, 5, 6/);
});

test('a token that receives no notification is reported', async () => {
	const token = () => port.token({ subscribeKeys: ['other'], accessPattern: '^$' });
	await expect(proof({ token })).rejects.toThrow(/does not hear/);
});

test('a socket that cannot be opened is reported', async () => {
	await expect(checkEndpoint(port, served.socketUrl.replace('/hpkv', ''))).rejects.toThrow(/does not answer/);
	expect(await port.range('proof:', 'proof:~')).toEqual({ records: [], truncated: false });
});
