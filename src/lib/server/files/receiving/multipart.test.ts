import { expect, test } from 'vitest';
import { boundaryOf, MultipartDamaged, readMultipart, type PartHead } from './multipart.ts';

const BOUNDARY = '----parleyBoundary';

async function read(chunks: readonly Buffer[]): Promise<(PartHead & { content: string })[]> {
	const parts: (PartHead & { content: string })[] = [];
	async function* body() {
		for (const chunk of chunks) {
			const copy = Buffer.from(chunk);
			yield await Promise.resolve(copy);
			// What a reader has kept of it is no longer there.
			copy.fill('#');
		}
	}
	await readMultipart(body(), BOUNDARY, (head) => {
		const part = { ...head, content: '' };
		parts.push(part);
		return {
			take: async (chunk) => {
				await Promise.resolve();
				part.content += chunk.toString('latin1');
			},
			end: () => undefined
		};
	});
	return parts;
}

const part = (disposition: string, content: string) =>
	`--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: text/plain\r\n\r\n${content}\r\n`;
const END = `--${BOUNDARY}--\r\n`;

/** Much that is almost a delimiter. */
const CONTENT = `\r\n--\r\r\n\r\n----parley\r\n${BOUNDARY}--\r\n------parleyBoundar\r\n\r`;
const FORM = Buffer.from(
	`nobody's\r\n${part('name="message"', '')}${part('name="files"; filename="soup.txt"', CONTENT)}${part('name="last"', 'x')}${END}and more`,
	'latin1'
);
const PARTS = [
	{ name: 'message', content: '' },
	{ name: 'files', filename: 'soup.txt', content: CONTENT },
	{ name: 'last', content: 'x' }
];

test('a form is the same wherever its bytes are cut', async () => {
	for (let first = 0; first <= FORM.length; first++) {
		expect(await read([FORM.subarray(0, first), FORM.subarray(first)])).toEqual(PARTS);
	}
	for (const size of [1, 2, 3, 7, 19]) {
		const chunks: Buffer[] = [];
		for (let at = 0; at < FORM.length; at += size) chunks.push(FORM.subarray(at, at + size));
		expect(await read(chunks)).toEqual(PARTS);
	}
});

test('names are as browsers and other clients write them', async () => {
	const nameOf = async (disposition: string) => (await read([Buffer.from(part(disposition, 'x') + END)]))[0];
	expect(await nameOf('name="files"; filename="a%22b%0D%0A; name=%22c.txt"')).toMatchObject({
		name: 'files',
		filename: 'a"b\r\n; name="c.txt'
	});
	expect(await nameOf('name="files"; filename="a\\"b\\\\c"')).toMatchObject({ filename: 'a"b\\c' });
	expect(await nameOf('name="files"; filename="C:\\dir\\"')).toMatchObject({ filename: 'C:\\dir\\' });
	expect(await nameOf('name=files; filename="100%"')).toMatchObject({ name: 'files', filename: '100%' });
	expect(await nameOf('name="files"; filename="Süppchen.txt"')).toMatchObject({ filename: 'Süppchen.txt' });
	expect(await nameOf('name="files"; filename=""')).toMatchObject({ filename: '' });
	// U+2028 ends a line for regular expressions, and in names of files it is a character.
	expect(await nameOf('name="files"; filename="a\u2028b.txt"')).toMatchObject({ filename: 'a\u2028b.txt' });
});

test('a head that is hostile to regular expressions is read at once', async () => {
	const began = performance.now();
	for (const hostile of ['\\'.repeat(42), `;a="\\`.repeat(2_000), `;${' '.repeat(8_000)}`, ';a'.repeat(4_000)])
		await read([Buffer.from(part(`name="files"; filename="${hostile}`, 'x') + END)]).catch(() => undefined);
	expect(performance.now() - began).toBeLessThan(2_000);
});

test('what is no form is refused', async () => {
	const damaged = [
		'',
		'nothing of the kind',
		part('name="a"', 'x'),
		`--${BOUNDARY}\r\n\r\nx\r\n${END}`,
		part('filename="a"', 'x') + END,
		`--${BOUNDARY}\r\n${'X-Long: x\r\n'.repeat(1_000)}\r\nx\r\n${END}`,
		`--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n${END}`
	];
	for (const text of damaged) await expect(read([Buffer.from(text)])).rejects.toThrow(MultipartDamaged);
});

test('the boundary is found, with quotes and without', () => {
	expect(boundaryOf('multipart/form-data; boundary=----WebKitFormBoundaryX')).toBe('----WebKitFormBoundaryX');
	expect(boundaryOf('multipart/form-data; charset=utf-8; boundary="a b=c"; x=y')).toBe('a b=c');
	expect(boundaryOf('multipart/form-data; Boundary=abc;x=y')).toBe('abc');
	for (const none of [
		'multipart/form-data',
		'multipart/form-data; boundary=',
		`multipart/form-data; boundary=${'a'.repeat(71)}`
	])
		expect(boundaryOf(none)).toBeUndefined();
});
