import { expect, test } from 'vitest';
import { trimmed } from '../../../src/lib/chat/messages/draft.ts';
import { numberAt, numbered, writerAt } from './numbered.ts';

test('a text says whose it is and which one, wherever it stands', () => {
	const bytes = Buffer.from(`{"value":"${numbered(63, 123_456_789)}"}`);
	expect(writerAt(bytes, 10)).toBe(63);
	expect(numberAt(bytes, 10)).toBe(123_456_789);
});

test('anything else has no number', () => {
	const bytes = Buffer.from('{"type":"notification","key":"live:rooms"}');
	expect(writerAt(bytes, 10)).toBeNaN();
	expect(numberAt(bytes, bytes.length)).toBeNaN();
});

test('Parley stores a text as it is', () => {
	expect(numbered(1, 2)).toHaveLength(100);
	expect(trimmed(numbered(1, 2))).toBe(numbered(1, 2));
});
