import { describe, expect, test } from 'vitest';
import { tokens } from './text.ts';

const links = (text: string) => tokens(text).flatMap((token) => (token.kind === 'link' ? [token.text] : []));
const written = (text: string) =>
	tokens(text)
		.map((token) => (token.kind === 'break' ? '\n' : token.text))
		.join('');

describe('a message', () => {
	test('without addresses is one piece of text', () => {
		expect(tokens('Good morning')).toEqual([{ kind: 'text', text: 'Good morning' }]);
		expect(tokens('')).toEqual([]);
	});

	test('keeps its line breaks, however they are written, and its empty lines', () => {
		expect(tokens('a\nb\r\nc\rd')).toEqual([
			{ kind: 'text', text: 'a' },
			{ kind: 'break' },
			{ kind: 'text', text: 'b' },
			{ kind: 'break' },
			{ kind: 'text', text: 'c' },
			{ kind: 'break' },
			{ kind: 'text', text: 'd' }
		]);
		expect(tokens('a\n\nb').filter(({ kind }) => kind === 'break')).toHaveLength(2);
	});

	test('keeps markup, entities and directions as they were typed', () => {
		for (const text of [
			'<img src=x onerror=alert(1)>',
			'&lt;b&gt;',
			'\u202eabc\u202c',
			'مرحبا https://example.org بكم'
		]) {
			expect(written(text)).toBe(text);
		}
	});
});

describe('an address in a message', () => {
	test.each([
		['https://example.org'],
		['http://localhost:3000/rooms/kitchen?before=50#m-12'],
		['HTTPS://EXAMPLE.ORG/Path'],
		['https://example.org/wiki/Attic_(architecture)'],
		['https://example.org/a[1]/{b}'],
		['https://bücher.example/straße'],
		['https://例え.jp/部屋'],
		['http://[::1]:3000/'],
		['http://192.168.1.20:8080/'],
		['https://example.org/@ada/1'],
		['mailto:ada@example.org'],
		['mailto:ada@example.org?subject=Tea']
	])('is a link: %s', (address) => {
		expect(tokens(`see ${address} there`)).toEqual([
			{ kind: 'text', text: 'see ' },
			{ kind: 'link', text: address },
			{ kind: 'text', text: ' there' }
		]);
	});

	test.each([
		['Look at https://example.org.', 'https://example.org'],
		['Is it https://example.org/?!', 'https://example.org/'],
		['(see https://example.org/a)', 'https://example.org/a'],
		['((https://example.org/a_(b)))', 'https://example.org/a_(b)'],
		['[https://example.org/a].', 'https://example.org/a'],
		['"https://example.org/a"', 'https://example.org/a'],
		['‘https://example.org/a’', 'https://example.org/a'],
		['<https://example.org/a>', 'https://example.org/a'],
		['**https://example.org/a**', 'https://example.org/a'],
		['https://example.org/a…', 'https://example.org/a'],
		['https://example.org/a, and', 'https://example.org/a'],
		['見て。https://example.jp/a。それは', 'https://example.jp/a'],
		['（https://example.jp/a）', 'https://example.jp/a']
	])('ends before the punctuation of its sentence: %s', (text, address) => {
		expect(links(text)).toEqual([address]);
		expect(written(text)).toBe(text);
	});

	test('may stand beside another, and on a line of its own', () => {
		expect(links('https://a.example\nhttps://b.example https://c.example')).toEqual([
			'https://a.example',
			'https://b.example',
			'https://c.example'
		]);
	});

	test.each([
		['javascript:alert(1)'],
		['JaVaScRiPt:alert(1)'],
		['data:text/html,<script>alert(1)</script>'],
		['vbscript:msgbox(1)'],
		['file:///etc/passwd'],
		['//example.org'],
		['example.org'],
		['ada@example.org'],
		['xhttps://example.org'],
		['view-source+https://example.org'],
		['https://'],
		['https://)'],
		['http:///example.org'],
		['https://@example.org'],
		['mailto:'],
		['mailto:ada'],
		['mailto:@example.org'],
		['java\nscript:alert(1)'],
		['\u0001javascript:alert(1)']
	])('is not made from %j', (text) => {
		expect(links(text)).toEqual([]);
	});

	test('does not pose as another: a user before the host is left as text', () => {
		expect(links('https://accounts.example.org@evil.example/')).toEqual([]);
		expect(links('https://accounts.example.org:443@evil.example/')).toEqual([]);
		expect(links('https://accounts.example.org\\@evil.example/')).toEqual([]);
	});

	test('does not hide characters that turn or swallow what is read', () => {
		expect(links('https://example.org/\u202egpj.exe')).toEqual(['https://example.org/']);
		expect(links('https://exam\u200bple.org')).toEqual(['https://exam']);
	});

	test('begins with http, https or mailto, whatever stands around it', () => {
		const hostile = 'javascript:https://a.example data:x,http://b.example "onclick="mailto:c@d.example';
		for (const link of links(hostile)) expect(link).toMatch(/^(?:https?:\/\/|mailto:)/);
	});
});

describe('50,000 characters', () => {
	test.each([
		['one word', 'a'],
		['addresses without an end', 'https://a'],
		['addresses in brackets', 'http://('],
		['brackets after an address', ')', 'https://'],
		['brackets that open', '[', 'https://a/'],
		['brackets both ways', '()', 'https://a/'],
		['addresses that are none', 'http://['],
		['mail', 'mailto:a@'],
		['full stops', '.', 'https://a'],
		['line breaks', '\n'],
		['beginnings of addresses', 'https:/'],
		['spaces between addresses', 'https://a. ']
	])('are read in linear time: %s', (_, part, before = '') => {
		const text = before + part.repeat(50_000 / part.length);
		const start = performance.now();
		expect(written(text)).toBe(text);
		// About a millisecond here; a quadratic reading takes seconds.
		expect(performance.now() - start).toBeLessThan(250);
	});
});
