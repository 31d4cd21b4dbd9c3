import { expect, test } from 'vitest';
import { droppedHolder, droppedKey, generationIn } from './dropped.ts';

test('a holder and the key of its drops name each other', () => {
	for (const holder of ['ada', 'a:b', 'dropped:x', '🙂']) expect(droppedHolder(droppedKey(holder))).toBe(holder);
	expect([droppedHolder('droppe'), droppedHolder('drop:ada'), droppedHolder('live:ada')]).toEqual([
		undefined,
		undefined,
		undefined
	]);
});

test('a generation is a safe integer, 0 where nothing stands, and no number for anything else', () => {
	expect([undefined, '0', '7', '-1', '9007199254740991'].map(generationIn)).toEqual([0, 0, 7, -1, 2 ** 53 - 1]);
	for (const other of ['', ' ', 'ten', '1.5', '1e3', '0x1', '{"a":1}', '9007199254740993', '1'.repeat(17)]) {
		expect(generationIn(other)).toBeNaN();
	}
});
