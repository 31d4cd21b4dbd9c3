import { expect, test } from 'vitest';
import { spread } from './spread.ts';

test('labels that do not touch stay where their lines end', () => {
	expect(spread([10, 50, 30], 15)).toEqual([10, 50, 30]);
});

test('labels that touch part around their middle and keep their order', () => {
	expect(spread([100, 104], 16)).toEqual([94, 110]);
	expect(spread([104, 100], 16)).toEqual([110, 94]);
});

test('a label that is pushed pushes the next one', () => {
	const places = spread([100, 102, 114, 200], 16);
	expect(places[3]).toBe(200);
	expect(places[1]! - places[0]!).toBeCloseTo(16);
	expect(places[2]! - places[1]!).toBeCloseTo(16);
	expect((places[0]! + places[1]! + places[2]!) / 3).toBeCloseTo(316 / 3);
});
