import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { TOKEN_LIFE } from '../protocol/limits.ts';
import { TokenBody } from '../protocol/rest.ts';
import { Grants } from './access-tokens.ts';
import { BadPattern } from './pattern.ts';

const secret = randomBytes(32);
const grants = new Grants('the-api-key', secret);
const asked = (body: object) => TokenBody.parse(body);

test('a token names its holders with their generations, and each token has an id of its own', () => {
	const holders = [
		{ id: 'ada', generation: 2 },
		{ id: 'session', generation: 0 }
	];
	const [first, second, third] = [holders, holders, undefined].map((each) =>
		grants.read(grants.mint(asked({ holders: each }), Date.now()))!
	);
	expect([first!.holders, second!.holders, third!.holders]).toEqual([holders, holders, []]);
	expect(first!.id).not.toBe(second!.id);
});

test('a token of the release before, whose holder had no generation, is none', () => {
	const claims = { s: ['a'], a: '^$', h: 'ada', r: 'x', e: Date.now() + TOKEN_LIFE };
	const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
	const signature = createHmac('sha256', secret).update(payload).digest('base64url');
	expect(grants.read(`${payload}.${signature}`)).toBeUndefined();
});

test('a token says what its bearer hears and may touch, also after a restart', () => {
	const token = grants.mint(asked({ subscribeKeys: ['a', 'b'], subscribePatterns: ['b', 'c:*'], accessPattern: '^x' }));
	const grant = new Grants('the-api-key', secret).read(token)!;
	expect(grant.keys).toEqual(['a', 'b']);
	expect(grant.patterns.map(({ source }) => source)).toEqual(['c:*']);
	expect([grant.mayTouch('xy'), grant.mayTouch('yx')]).toEqual([true, false]);
});

test('without an access pattern no key may be touched', () => {
	expect(grants.read(grants.mint(asked({ subscribeKeys: ['a'] })))!.mayTouch('a')).toBe(false);
});

test('a token lives for two hours', () => {
	const minted = Date.now();
	const token = grants.mint(asked({}), minted);
	expect(grants.read(token, minted + TOKEN_LIFE - 1)?.expires).toBe(minted + TOKEN_LIFE);
	expect(grants.read(token, minted + TOKEN_LIFE)).toBeUndefined();
});

test('a token that was changed in any place, cut or signed by another store is none', () => {
	const token = grants.mint(asked({ subscribeKeys: ['a'], accessPattern: '^$' }));
	for (let at = 0; at < token.length; at++) {
		const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
		expect(grants.read(changed)).toBeUndefined();
	}
	for (const bad of [
		'',
		'.',
		'invalid-token',
		`${token}.`,
		`${token}.x`,
		token.split('.')[0],
		null,
		7,
		'a'.repeat(99_999)
	]) {
		expect(grants.read(bad)).toBeUndefined();
	}
	expect(new Grants('the-api-key', randomBytes(32)).read(token)).toBeUndefined();
	// "alg": "none" of other tokens: no signature at all.
	expect(grants.read(`${token.split('.')[0]}.`)).toBeUndefined();
});

test('what could not be honoured is not promised', () => {
	expect(() => grants.mint(asked({ accessPattern: '(?=x)' }))).toThrow(BadPattern);
	expect(() => grants.mint(asked({ subscribePatterns: ['^('] }))).toThrow(BadPattern);
	const long = Array.from({ length: 256 }, (_, n) => `${n}`.padEnd(500, 'k'));
	expect(() => grants.mint(asked({ subscribeKeys: long }))).toThrow(/Too many/);
});

test('only the API key is the API key', () => {
	expect(grants.isApiKey('the-api-key')).toBe(true);
	for (const other of ['', 'the-api-ke', 'the-api-key ', 'THE-API-KEY', undefined, null, ['the-api-key']]) {
		expect(grants.isApiKey(other)).toBe(false);
	}
});
