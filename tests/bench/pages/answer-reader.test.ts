import { expect, test } from 'vitest';
import { AnswerReader, type Answered } from './answer-reader.ts';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED = 'HTTP/1.1 503 Away\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\na\r\nlo\r\n\r\nthere\r\n0\r\n\r\n';
const EMPTY = 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n';

/** What is found where the bytes come in pieces of this size. */
function read(text: string, size: number): Answered[] {
	const found: Answered[] = [];
	const reader = new AnswerReader((answer) => found.push(answer));
	for (let at = 0; at < text.length; at += size) reader.read(Buffer.from(text.slice(at, at + size)));
	return found;
}

test('answers are found one after the other, however their bytes are cut', () => {
	for (let size = 1; size <= 200; size++) {
		expect(read(PLAIN + CHUNKED + EMPTY + PLAIN, size)).toEqual([
			{ status: 200, length: 5 },
			{ status: 503, length: 13 },
			{ status: 204, length: 0 },
			{ status: 200, length: 5 }
		]);
	}
});

test('an answer is not over before its last byte', () => {
	expect(read(PLAIN.slice(0, -1), 7)).toEqual([]);
	expect(read(CHUNKED.slice(0, -1), 7)).toEqual([]);
});

test('what is no answer, or says nothing of its length, is no count', () => {
	expect(() => read('HTTP/1.1 200 OK\r\n\r\nhello', 50)).toThrow('without a length');
	expect(() => read('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello\r\n', 90)).toThrow('without a size');
});
