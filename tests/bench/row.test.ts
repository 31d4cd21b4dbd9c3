import { expect, test } from 'vitest';
import { median, pairedRatio, verdict, type Goal, type Row } from './row.ts';

const row = (a: number[], b: number[], goal?: Goal): Row => ({
	what: 'messages',
	a: { name: 'ours', rounds: a, unit: 'per s' },
	b: { name: 'theirs', rounds: b, unit: 'per s' },
	goal
});

test('the median is the middle one, or the mean of the middle two', () => {
	expect(median([9, 1, 5])).toBe(5);
	expect(median([4, 1, 2, 9])).toBe(3);
});

test('a machine that is slow for one round does not move the ratio', () => {
	expect(pairedRatio(row([80, 8, 80], [10, 1, 10]))).toEqual({ median: 8, least: 8, most: 8 });
});

test('a goal is held by the median, and its bound holds', () => {
	expect(verdict(row([8, 1, 9], [1, 1, 1], { atLeast: 8 }))).toBe('ok');
	expect(verdict(row([7, 20, 7], [1, 1, 1], { atLeast: 8 }))).toBe('missed');
	expect(verdict(row([1.3], [1], { atMost: 1.3 }))).toBe('ok');
	expect(verdict(row([1.31], [1], { atMost: 1.3 }))).toBe('missed');
	expect(verdict(row([1], [1]))).toBeUndefined();
});

test('a side that measured nothing holds no goal', () => {
	expect(verdict(row([], [], { atMost: 1 }))).toBe('missed');
	expect(verdict(row([0], [0], { atLeast: 1 }))).toBe('missed');
});
