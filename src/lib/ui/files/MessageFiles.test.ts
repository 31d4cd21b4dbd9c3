import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import { sizeText } from '../../chat/files/file.ts';
import { fitted } from './fitted.ts';
import MessageFiles from './MessageFiles.svelte';

const picture = { id: 'p', name: 'soup.png', type: 'image/png', size: 1_234_567, w: 1_920, h: 1_080 };
const html = (files: object[]) =>
	render(MessageFiles, { props: { files: files as never, href: '/rooms/kitchen/12' } }).body;

test('a picture is in a box of its final size, with its description, and leads to the original', () => {
	const body = html([{ ...picture, alt: 'A bowl of "soup"' }]);
	expect(body).toContain('src="/rooms/kitchen/files/12/p/thumbnail/soup.png"');
	expect(body).toContain('href="/rooms/kitchen/files/12/p/soup.png"');
	expect(body).toContain('width="711" height="400"');
	// The policy of the page forbids handlers in attributes.
	expect(body).not.toContain('onload');
	expect(body).toContain('alt="A bowl of &quot;soup&quot;"');
});

test.each([
	['a large one', {}, true],
	['one with many bytes', { w: 800, h: 600, size: 100_000 }, true],
	['one with many pixels', { w: 800, h: 801, size: 99_999 }, true],
	['a small one', { w: 1_200, h: 800, size: 99_999 }, false],
	['a GIF, which may move', { type: 'image/gif' }, false]
])('whether a page shows a thumbnail: %s', (_, more, isSmaller) => {
	const body = html([{ ...picture, ...more }]);
	expect(body.includes('src="/rooms/kitchen/files/12/p/thumbnail/soup.png"')).toBe(isSmaller);
	expect(body.includes('src="/rooms/kitchen/files/12/p/soup.png"')).toBe(!isSmaller);
});

test('a bomb, a picture without a size and other files are lines with Download; sound and video have players', () => {
	const types = ['application/pdf', 'text/plain', 'image/svg+xml'];
	const lines = types.map((type, i) => ({ id: `x${i}`, name: `<b>${i}.x`, type, size: 5 }));
	const bomb = { ...picture, id: 'bomb', w: 50_000, h: 50_000 };
	const body = html([...lines, bomb, { ...picture, id: 'cut', w: undefined }]);
	expect(body).not.toMatch(/<img|<b>/);
	expect(body.match(/aria-label="Download /g)?.length).toBe(5);
	const media = html([
		{ id: 'v', name: 'v.mp4', type: 'video/mp4', size: 5 },
		{ id: 'a', name: 'a.ogg', type: 'audio/ogg', size: 5 }
	]);
	expect(media).toMatch(/<video[^>]* controls[^>]* preload="metadata"/);
	expect(media).toMatch(/<audio[^>]* controls[^>]* preload="metadata"/);
});

test.each([
	[
		{ w: 100, h: 50 },
		{ width: 100, height: 50 }
	],
	[
		{ w: 4_000, h: 1_000 },
		{ width: 960, height: 240 }
	],
	[
		{ w: 1_000, h: 4_000 },
		{ width: 100, height: 400 }
	],
	[
		{ w: 1, h: 50_000 },
		{ width: 1, height: 400 }
	]
])('%o fits into its box as %o', (size, box) => {
	expect(fitted(size)).toEqual(box);
});

test.each([
	[0, '0 B'],
	[999, '999 B'],
	[1_000, '1 kB'],
	[1_240, '1.2 kB'],
	[999_600, '1 MB'],
	[25_000_000, '25 MB']
])('%i bytes are %s', (bytes, said) => {
	expect(sizeText(bytes)).toBe(said);
});
