import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { ownAddress } from './own-address.ts';

interface Asked {
	listensOn?: string;
	origins?: string[];
	headers?: Record<string, string>;
	rawHeaders?: string[];
}

function asked(host: string | undefined, { listensOn = '127.0.0.1', origins = [], headers, rawHeaders }: Asked = {}) {
	const req = {
		headers: { host, ...headers },
		rawHeaders: rawHeaders ?? (host === undefined ? [] : ['Host', host]),
		socket: { localAddress: '127.0.0.1', localPort: 3_000 }
	} as unknown as IncomingMessage;
	const own = ownAddress(req, { origins: origins.map((origin) => new URL(origin)), listensOn });
	return own.ok ? own.url.origin : own.status;
}

test.each([
	['127.0.0.1:3000', 'http://127.0.0.1:3000'],
	['127.8.9.10', 'http://127.8.9.10'],
	['LocalHost:3000', 'http://localhost:3000'],
	['parley.localhost:80', 'http://parley.localhost'],
	['localhost.', 'http://localhost.'],
	['[::1]:3000', 'http://[::1]:3000'],
	[undefined, 'http://127.0.0.1:3000']
])('the host %s is served on loopback', (host, origin) => {
	expect(asked(host)).toBe(origin);
	expect(asked(host, { listensOn: 'localhost' })).toBe(origin);
	expect(asked(host, { listensOn: '::1' })).toBe(origin);
});

test.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:3000', '192.168.1.5', '[2001:db8::1]'])(
	'the host %s is misdirected (421) on loopback, and served on other addresses or with ORIGIN',
	(host) => {
		expect(asked(host)).toBe(421);
		expect(asked(host, { listensOn: '0.0.0.0' })).toBe(`http://${host}`);
		expect(asked(host, { origins: ['https://chat.example.org'] })).toBe('https://chat.example.org');
	}
);

test.each([
	'',
	'127.0.0.1:3000/rooms/hall?',
	'127.0.0.1:3000#',
	'evil@127.0.0.1',
	'127.0.0.1:99999',
	'127.0.0.1:3000:3000',
	'a b',
	'127.0.0.1, evil.example',
	'%31',
	'[::1',
	'[evil.example]',
	'1.2.3.4.5'
])('the host %j is refused with 400 on every address', (host) => {
	for (const more of [{}, { listensOn: '0.0.0.0' }, { origins: ['https://chat.example.org'] }]) {
		expect(asked(host, more)).toBe(400);
	}
});

test('two Host headers are refused', () => {
	expect(asked('localhost', { rawHeaders: ['Host', 'localhost', 'host', 'evil.example'] })).toBe(400);
});

test('the origin of the requested host is chosen among several, else the first', () => {
	const [first, lan, plain] = ['https://chat.example.org', 'http://192.168.1.5:3000', 'http://chat.example.org'];
	const origins = [first, lan, plain];
	expect(asked('chat.example.org', { origins })).toBe(first);
	expect(asked('chat.example.org:443', { origins })).toBe(first);
	expect(asked('192.168.1.5:3000', { origins })).toBe(lan);
	expect(asked('127.0.0.1:3000', { origins })).toBe(first);
	expect(asked('chat.example.org', { origins, headers: { 'x-forwarded-proto': 'http' } })).toBe(plain);
	expect(asked('chat.example.org', { origins, headers: { origin: plain } })).toBe(plain);
	const behind = { 'x-forwarded-host': '192.168.1.5:3000, proxy', 'x-forwarded-proto': 'http' };
	expect(asked('127.0.0.1:3000', { origins, headers: behind })).toBe(lan);
	const forged = { 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' };
	expect(asked('127.0.0.1:3000', { origins, headers: forged })).toBe(first);
});

test('without ORIGIN, a proxy that ends TLS says so, and names no other host', () => {
	const forwarded = (headers: Record<string, string>) => asked('chat.example.org', { listensOn: '0.0.0.0', headers });
	expect(forwarded({ 'x-forwarded-proto': 'https' })).toBe('https://chat.example.org');
	expect(forwarded({ 'x-forwarded-proto': 'http' })).toBe('http://chat.example.org');
	expect(forwarded({ 'x-forwarded-proto': 'javascript' })).toBe('http://chat.example.org');
	expect(forwarded({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' })).toBe(
		'https://chat.example.org'
	);
	expect(asked('evil.example', { headers: { 'x-forwarded-proto': 'https' } })).toBe(421);
});
