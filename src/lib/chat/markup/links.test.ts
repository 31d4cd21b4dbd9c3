import { describe, expect, test } from 'vitest';
import { leadsTo } from './links.ts';
import { inlineMarkup } from './inline-markup.ts';

const links = (text: string) => inlineMarkup(text).flatMap((word) => (word.kind === 'address' ? [word.text] : []));
const written = (text: string) =>
	inlineMarkup(text)
		.map((word) => ('text' in word ? word.text : '\n'))
		.join('');

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
		expect(inlineMarkup(`see ${address} there`)).toEqual([
			{ kind: 'text', text: 'see ' },
			{ kind: 'address', text: address },
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
		['https://example.org/a…', 'https://example.org/a'],
		['https://example.org/a, and', 'https://example.org/a'],
		['見て。https://example.jp/a。それは', 'https://example.jp/a'],
		['（https://example.jp/a）', 'https://example.jp/a']
	])('ends before the punctuation of its sentence: %s', (text, address) => {
		expect(links(text)).toEqual([address]);
		expect(written(text)).toBe(text);
	});

	test.each([
		['https://fa.wikipedia.org/wiki/نیم\u200cفاصله'],
		['https://emojipedia.org/👩\u200d💻'],
		['https://hi.wikipedia.org/wiki/क्\u200dष'],
		['http://example.com/_foo_'],
		['https://example.org/__init__']
	])('is whole: %s', (address) => {
		expect(links(`see ${address} there`)).toEqual([address]);
		expect(leadsTo(address)).toBeDefined();
	});

	test('gives an underscore at its end back to the emphasis around it', () => {
		expect(inlineMarkup('_see https://example.org/a_b_')).toMatchObject([
			{ kind: 'italic', inside: [{ text: 'see ' }, { text: 'https://example.org/a_b' }] }
		]);
		expect(links('_see_ http://example.com/_foo_')).toEqual(['http://example.com/_foo_']);
	});

	test.each([
		['www.example.org', 'https://www.example.org'],
		['WWW.Example.org:8080/a_(b)?c#d', 'https://WWW.Example.org:8080/a_(b)?c#d'],
		['ada@example.org', 'mailto:ada@example.org'],
		['ada.b_c+tea@mail.example.co.uk', 'mailto:ada.b_c+tea@mail.example.co.uk'],
		['zoë@bücher.example', 'mailto:zoë@bücher.example']
	])('needs no scheme: %s', (text, href) => {
		for (const around of [(it: string) => `see ${it}.`, (it: string) => `(${it})`, (it: string) => `**${it}**, and`])
			expect(JSON.stringify(inlineMarkup(around(text)))).toContain(JSON.stringify({ kind: 'address', text, href }));
		expect(written(`<${text}>, ${text}!`)).toBe(`<${text}>, ${text}!`);
	});

	test.each([
		['https://аррӏе.com/x', 'https://xn--80ak6aa92e.com/x'],
		['https://pаypal.com', 'https://xn--pypal-4ve.com'],
		['https://www.ехаmрlе.org:8443/', 'https://www.xn--ml-6kctd8d6a.org:8443/']
	])('that poses as another host is shown in ASCII: %s', (href, text) => {
		expect(inlineMarkup(href)).toEqual([{ kind: 'address', text, href }]);
		expect(`${leadsTo(href)}`).toBe(new URL(text).host);
	});

	test.each([['https://пример.рф/'], ['https://ελλάδα.gr'], ['https://müller.de/'], ['https://例え.jp']])(
		'of a host in another script is shown as it is: %s',
		(href) => {
			expect(inlineMarkup(href)).toEqual([{ kind: 'address', text: href }]);
		}
	);

	test('may be next to another, and on its own line', () => {
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
		['www.org'],
		['www.'],
		['awww.example.org'],
		['ada@example'],
		['@ada@social.example'],
		['git@example.org:parley.git'],
		['ada@example.org@example.net'],
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
		['\u0001javascript:alert(1)'],
		['http\u017f://example.org'],
		['mailto://example.org']
	])('is not made from %j', (text) => {
		expect(links(text)).toEqual([]);
	});

	test('with a user before the host is text, because it poses as another host', () => {
		expect(links('https://accounts.example.org@evil.example/')).toEqual([]);
		expect(links('https://accounts.example.org:443@evil.example/')).toEqual([]);
		expect(links('https://accounts.example.org\\@evil.example/')).toEqual([]);
	});

	test('ends at a character that reverses or hides text', () => {
		expect(links('https://example.org/\u202egpj.exe')).toEqual(['https://example.org/']);
		expect(links('https://exam\u200bple.org')).toEqual(['https://exam']);
	});

	test('begins with http, https or mailto in any context', () => {
		const hostile = 'javascript:https://a.example data:x,http://b.example "onclick="mailto:c@d.example';
		for (const link of links(hostile)) expect(link).toMatch(/^(?:https?:\/\/|mailto:)/);
	});
});

describe('words in brackets', () => {
	test.each([
		['https://example.org/a_(b)', 'example.org'],
		['HTTPS://Example.org:8443?q', 'Example.org:8443'],
		['mailto:ada@example.org?subject=Tea', 'ada@example.org'],
		['http://[::1]:3000/', '[::1]:3000'],
		['/rooms/kitchen', ''],
		['/rooms/kitchen/12', ''],
		['/rooms/日本語/3', ''],
		['/rooms/%E6%97%A5/3', '']
	])('may lead to %s', (target, to) => {
		expect(leadsTo(target)).toBe(to);
	});

	test.each([
		[''],
		['javascript:alert(1)'],
		['data:text/html,x'],
		['//example.org'],
		['/you'],
		['/rooms'],
		['/rooms/'],
		['/rooms//example.org'],
		['/rooms/../you'],
		['/rooms/./you'],
		['/rooms/%2e%2e/you'],
		['/rooms/%2f%2fexample.org'],
		['/rooms/\\example.org'],
		['/rooms/kitchen?before=1'],
		['/rooms/kitchen/12/x'],
		['\\/rooms/kitchen'],
		['https://accounts.example.org@evil.example'],
		['https://example.org/\u202egpj'],
		['https://example.org/"onclick="x'],
		['http\u017f://example.org'],
		[' https://example.org']
	])('do not lead to %j', (target) => {
		expect(leadsTo(target)).toBeUndefined();
	});
});
