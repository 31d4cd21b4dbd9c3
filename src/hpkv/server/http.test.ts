import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve, type Served } from '../../../tests/contract/served.ts';

let served: Served;
beforeAll(async () => void (served = await serve({ prefix: '/hpkv' })));
afterAll(() => served.close());

/** The raw path as it is: fetch would tidy it. */
function ask(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) {
	const { hostname, port } = new URL(served.baseUrl);
	return new Promise<{ status: number; body: Record<string, unknown>; headers: Record<string, unknown> }>(
		(resolve, reject) => {
			const req = request(
				{ hostname, port, path: `/hpkv${path}`, method, headers: { 'x-api-key': served.apiKey, ...headers } },
				(res) => {
					const chunks: Buffer[] = [];
					res.on('data', (chunk: Buffer) => chunks.push(chunk));
					res.on('end', () => {
						const text = Buffer.concat(chunks).toString() || '{}';
						resolve({
							status: res.statusCode ?? 0,
							body: JSON.parse(text) as Record<string, unknown>,
							headers: res.headers
						});
					});
				}
			);
			req.on('error', reject);
			req.end(body);
		}
	);
}
const post = (path: string, body: unknown) => ask('POST', path, JSON.stringify(body));

describe('records', () => {
	test('are put, read, patched and removed', async () => {
		expect(await post('/record', { key: 'r', value: '{"a":1}' })).toMatchObject({
			status: 200,
			body: { success: true, message: 'Record stored' }
		});
		expect(await post('/record', { key: 'r', value: '{"b":2}', partialUpdate: true })).toMatchObject({ status: 200 });
		expect(await ask('GET', '/record/r')).toMatchObject({ status: 200, body: { key: 'r', value: '{"a":1,"b":2}' } });
		expect(await ask('DELETE', '/record/r')).toMatchObject({ status: 200, body: { success: true } });
		const gone = await ask('GET', '/record/r');
		expect(gone).toMatchObject({ status: 404, body: { error: 'Record not found', message: 'Record not found' } });
		expect(await ask('DELETE', '/record/r')).toMatchObject({ status: 404 });
	});

	test('have keys that are encoded once or, where that is possible, not at all', async () => {
		await post('/record', { key: 'k:!@#$%^&*()_+ /é', value: 'x' });
		expect(await ask('GET', '/record/k%3A!%40%23%24%25%5E%26*()_%2B%20%2F%C3%A9')).toMatchObject({ status: 200 });
		await post('/record', { key: 'a:b/c//d/', value: 'x' });
		expect(await ask('GET', '/record/a:b/c//d/')).toMatchObject({ status: 200 });
		await post('/record', { key: 'atomic', value: 'a key like others' });
		expect(await ask('GET', '/record/atomic')).toMatchObject({ body: { value: 'a key like others' } });
		await post('/record', { key: '%41', value: 'decoded once' });
		expect(await ask('GET', '/record/%2541')).toMatchObject({ body: { value: 'decoded once' } });
		expect(await ask('GET', '/record/%zz')).toMatchObject({ status: 400 });
		expect(await ask('GET', '/record/%ff')).toMatchObject({ status: 400 });
		expect(await ask('GET', '/record/')).toMatchObject({ status: 400 });
	});

	test('a GET may say that it sends JSON, and send nothing', async () => {
		expect(await ask('GET', '/record/nowhere', undefined, { 'content-type': 'application/json' })).toMatchObject({
			status: 404
		});
	});

	test('an increment is answered by all the names that clients read', async () => {
		expect(await post('/record/atomic', { key: 'n', increment: 5 })).toMatchObject({
			status: 200,
			body: { success: true, key: 'n', result: 5, newValue: 5 }
		});
		await post('/record', { key: 'word', value: 'ten' });
		expect(await post('/record/atomic', { key: 'word', increment: 1 })).toMatchObject({ status: 400 });
	});

	test.each([
		['not JSON', /JSON/],
		['', /JSON/],
		['null', /./],
		['{"value":"x"}', /Key must be a string/],
		['{"key":"","value":"x"}', /Key must not be empty/],
		['{"key":"a"}', /Value must be a string/],
		['{"key":"a","value":""}', /Value must not be empty/],
		['{"key":"a","value":7}', /Value must be a string/],
		['{"key":"a","value":"x","partialUpdate":"yes"}', /partialUpdate/],
		[`{"key":"a","value":"${'x'.repeat(102_400)}"}`, /at most/],
		[Buffer.from([0x22, 0xff, 0x22]), /JSON/],
		['[{"key":"a","value":"x"}]', /array/],
		['{"key":"a","value":"x","ttl":60}', /ttl/],
		['{"key":"a","value":"x","expiresIn":"1h"}', /expiresIn/]
	])('the body %s is a 400 that says why', async (body, error) => {
		const answer = await ask('POST', '/record', body);
		expect(answer.status).toBe(400);
		expect(answer.body.error).toMatch(error);
		expect(await ask('GET', '/record/a')).toMatchObject({ status: 404 });
	});

	test('members that no endpoint knows are ignored, and ttl null counts as left out', async () => {
		const body = { key: 'extra', value: 'x', timestamp: 1, ttl: null };
		expect(await post('/record', body)).toMatchObject({ status: 200 });
	});

	test('a body far too large hears a 400 and is not kept', async () => {
		expect(await ask('POST', '/record', Buffer.alloc(900_000, 'x'))).toMatchObject({ status: 400 });
	});
});

describe('ranges', () => {
	const bound = '!@#$%^&*()_+';
	beforeAll(async () => {
		for (const rest of ['1', '2', '3']) await post('/record', { key: `x${bound}${rest}`, value: rest });
	});

	test('have bounds that are encoded once, or twice as the official client does', async () => {
		const once = encodeURIComponent(`x${bound}1`);
		const end = encodeURIComponent(`x${bound}2`);
		for (const path of [
			`/records?startKey=${once}&endKey=${end}&limit=100`,
			`/records?startKey=${encodeURIComponent(once)}&endKey=${encodeURIComponent(end)}`
		]) {
			expect(await ask('GET', path)).toMatchObject({
				status: 200,
				body: { count: 2, truncated: false, records: [{ value: '1' }, { value: '2' }] }
			});
		}
	});

	test('say when there is more, take at most 1,000, and need both bounds', async () => {
		const path = `/records?startKey=x&endKey=y`;
		expect(await ask('GET', `${path}&limit=2`)).toMatchObject({ body: { count: 2, truncated: true } });
		expect(await ask('GET', `${path}&limit=99999`)).toMatchObject({ body: { count: 3, truncated: false } });
		expect(await ask('GET', '/records?startKey=y&endKey=z')).toMatchObject({ body: { count: 0, records: [] } });
		for (const wrong of [
			`${path}&limit=0`,
			`${path}&limit=-1`,
			`${path}&limit=x`,
			`${path}&limit=1.5`,
			`${path}&limit=`
		]) {
			expect(await ask('GET', wrong)).toMatchObject({ status: 400 });
		}
		expect(await ask('GET', '/records?startKey=x')).toMatchObject({
			status: 400,
			body: { error: 'endKey is missing' }
		});
		expect(await ask('GET', '/records')).toMatchObject({ status: 400 });
	});

	test.each(['reverse=true', 'order=desc', 'offset=10', 'keysOnly=true', 'ttl=1'])(
		'the parameter %s is a 400 that names it',
		async (parameter) => {
			const { status, body } = await ask('GET', `/records?startKey=x&endKey=y&${parameter}`);
			expect(status).toBe(400);
			expect(body.error).toContain(parameter.split('=')[0]);
		}
	);
});

describe('tokens', () => {
	test('are made for keys, for patterns, for both and for nothing', async () => {
		for (const body of [{ subscribeKeys: ['a'] }, { subscribePatterns: ['a*'], accessPattern: '^a' }, {}]) {
			const { status, body: answer } = await post('/token/websocket', body);
			expect([status, typeof answer.token]).toEqual([200, 'string']);
		}
	});

	test.each([
		[{ subscribeKeys: 'a' }],
		[{ subscribeKeys: [7] }],
		[{ subscribePatterns: [''] }],
		[{ subscribeKeys: Array.from({ length: 257 }, (_, n) => `k${n}`) }],
		[{ accessPattern: 7 }],
		[{ accessPattern: '(' }],
		[{ accessPattern: '(?=a)' }],
		[{ accessPattern: 'a'.repeat(257) }],
		[{ subscribePatterns: ['^(?!a)'] }],
		[{ subscribeKeys: ['a'], expiresIn: '1h' }]
	])('what cannot be granted is a 400: %j', async (body) => {
		expect((await post('/token/websocket', body)).status).toBe(400);
	});
});

describe('who may', () => {
	test.each(['', 'wrong', 'a token'])('the API key %j is a 401', async (key) => {
		expect(await ask('GET', '/record/a', undefined, { 'x-api-key': key })).toMatchObject({
			status: 401,
			body: { error: 'Missing or invalid API key' }
		});
	});

	test('a token is no API key', async () => {
		const token = await served.store.client.token({ subscribeKeys: ['a'], accessPattern: '.*' });
		expect(await ask('GET', '/record/a', undefined, { 'x-api-key': token })).toMatchObject({ status: 401 });
	});

	test('pages of other origins are told nothing unless the operator names them', async () => {
		const plain = await ask('OPTIONS', '/record', undefined, { origin: 'https://a.example' });
		expect(plain.status).toBe(405);
		expect(plain.headers['access-control-allow-origin']).toBeUndefined();

		const open = await serve({ corsOrigins: ['https://a.example'] });
		const preflight = (origin: string) => fetch(`${open.baseUrl}/record`, { method: 'OPTIONS', headers: { origin } });
		const named = await preflight('https://a.example');
		expect(named.status).toBe(204);
		expect(named.headers.get('access-control-allow-origin')).toBe('https://a.example');
		expect(named.headers.get('access-control-allow-headers')).toBe('content-type, x-api-key');
		expect((await preflight('https://a.example.evil')).headers.get('access-control-allow-origin')).toBeNull();
		await open.close();
	});

	test('too many requests a second are a 429 with Retry-After', async () => {
		const slow = await serve({ ratePerSecond: 3 });
		const ask = () => fetch(`${slow.baseUrl}/record/a`, { headers: { 'x-api-key': slow.apiKey } });
		const answers = await Promise.all(Array.from({ length: 20 }, ask));
		const seconds = (status: number) =>
			answers.filter((each) => each.status === status).map(({ headers }) => headers.get('retry-after'));
		expect(seconds(404).length).toBeGreaterThanOrEqual(3);
		expect(new Set(seconds(404))).toEqual(new Set([null]));
		expect(new Set(seconds(429))).toEqual(new Set(['1']));
		await slow.close();
	});
});

describe('what is not there', () => {
	test.each([
		['GET', '/nothing', 404],
		['GET', '//record/a', 404],
		['PUT', '/record', 405],
		['POST', '/record/other', 405],
		['POST', '/records', 405],
		['GET', '/ws', 426],
		['POST', '/search', 501],
		['POST', '/query', 501]
	])('%s %s is %i, in JSON', async (method, path, status) => {
		const answer = await ask(method, path, method === 'GET' ? undefined : '{"query":"x"}');
		expect(answer.status).toBe(status);
		expect(typeof answer.body.error).toBe('string');
	});

	test('a key in the query and a missing Upgrade header are answered with what to do', async () => {
		expect(await ask('GET', '/record?key=a')).toMatchObject({
			status: 400,
			body: { error: 'The key stands in the path: GET /record/{key}' }
		});
		const upgrade = await ask('GET', '/ws');
		expect(upgrade.headers.upgrade).toBe('websocket');
		expect(upgrade.body.error).toContain('Upgrade: websocket');
	});

	test('what is not below the prefix is left to the host', async () => {
		for (const path of ['/', '/hpkvx/record', '/hpkv', '/HPKV/record']) {
			expect(await fetch(new URL(path, served.baseUrl)).then((response) => response.text())).toBe('not the store');
		}
	});
});
