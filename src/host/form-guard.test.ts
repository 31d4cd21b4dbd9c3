import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { crossSiteRefusal, isCrossSite, isShare } from './form-guard.ts';

const OWN = new URL('https://chat.example.org');
const request = (method: string, headers: Record<string, string>) =>
	({ method, headers }) as unknown as IncomingMessage;

test('a form from another origin, or without an origin, is cross-site; a safe request never is', () => {
	const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
	expect(isCrossSite(request('POST', { ...form, origin: OWN.origin }), OWN)).toBe(false);
	for (const origin of ['https://evil.example', 'null', 'http://chat.example.org', `${OWN.origin}.evil.example`]) {
		for (const headers of [form, { 'content-type': 'text/plain' }, { 'content-type': 'application/json' }, {}]) {
			expect(isCrossSite(request('POST', { ...headers, origin }), OWN), origin).toBe(true);
		}
		expect(isCrossSite(request('GET', { origin }), OWN)).toBe(false);
	}
	for (const type of ['multipart/form-data; boundary=x', 'text/plain', form['content-type']]) {
		expect(isCrossSite(request('PUT', { 'content-type': type }), OWN), type).toBe(true);
	}
	expect(isCrossSite(request('PUT', { 'content-type': 'application/json' }), OWN)).toBe(false);
});

describe('a share from the system', () => {
	const post = (url: string, headers: Record<string, string>, method = 'POST') => ({
		...request(method, headers),
		url
	});
	const none = { 'sec-fetch-site': 'none' };

	test.each<[string, Record<string, string>]>([
		['of an opaque origin', { ...none, origin: 'null' }],
		['without an origin', none]
	])('%s is one where the person began it', (_, headers) => {
		for (const url of ['/share', '/share?/receive'])
			expect(isShare(post(url, headers) as IncomingMessage), url).toBe(true);
		for (const url of ['/', '/share/', '/shares', '/rooms/share', '/rooms/kitchen?/send', '/you?/leave&next=/share'])
			expect(isShare(post(url, headers) as IncomingMessage), url).toBe(false);
		expect(isShare(post('/share', headers, 'PUT') as IncomingMessage)).toBe(false);
	});

	test.each(['cross-site', 'same-site', 'same-origin', 'none, none', ''])('is none from a page: %s', (site) => {
		for (const origin of [undefined, 'null', 'https://evil.example'])
			expect(
				isShare(post('/share?/receive', { 'sec-fetch-site': site, ...(origin && { origin }) }) as IncomingMessage)
			).toBe(false);
	});

	test('is none without the header, or of a known origin', () => {
		for (const origin of ['null', 'https://evil.example', OWN.origin])
			expect(isShare(post('/share?/receive', { origin }) as IncomingMessage), origin).toBe(false);
		expect(isShare(post('/share?/receive', {}) as IncomingMessage)).toBe(false);
		expect(isShare(post('/share?/receive', { ...none, origin: 'https://evil.example' }) as IncomingMessage)).toBe(
			false
		);
	});
});

test('a cross-site form is refused with a sentence that names the right ORIGIN', () => {
	const { sentence } = crossSiteRefusal('http://192.168.1.5:3000', OWN, true);
	expect(sentence).toContain('ORIGIN=https://chat.example.org,http://192.168.1.5:3000');
	expect(crossSiteRefusal('https://chat.example.org', new URL('http://127.0.0.1:3000'), false).sentence).toContain(
		'ORIGIN=https://chat.example.org.'
	);
	expect(crossSiteRefusal('null', OWN, true).sentence).toBe(
		'Open Parley at https://chat.example.org and send the form there.'
	);
});
