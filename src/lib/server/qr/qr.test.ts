import { expect, test } from 'vitest';
import { encode } from 'uqr';
import { qrPicture } from './qr.ts';

test('the path draws each dark module of the code, and no light one', () => {
	const text = 'https://chat.example.org/signin/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
	const { size, path } = qrPicture(text);
	const drawn = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
	for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
		drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
	}
	expect(drawn).toEqual(encode(text, { ecc: 'M', border: 0 }).data);
	expect(path.replace(/M\d+ \d+h(\d+)v1h-\1z/g, '')).toBe('');
});
