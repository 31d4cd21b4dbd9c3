import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { crossSiteRefusal, isCrossSite } from './form-guard.ts';

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
