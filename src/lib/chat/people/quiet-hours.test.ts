import { expect, test } from 'vitest';
import { isInHours, isTimeOfDay } from './quiet-hours.ts';

test.each([
	['22:00', '07:00', '21:59', false],
	['22:00', '07:00', '22:00', true],
	['22:00', '07:00', '06:59', true],
	['22:00', '07:00', '07:00', false],
	['12:00', '13:00', '12:30', true],
	['12:00', '13:00', '13:00', false],
	['12:00', '13:00', '11:59', false]
])('from %s to %s, %s is within: %s', (from, to, time, expected) => {
	expect(isInHours({ from, to, zone: 'UTC' }, time)).toBe(expected);
});

test('a time of day has two digits for each part', () => {
	expect(['00:00', '23:59', '24:00', '7:00', '07:60', ''].map(isTimeOfDay)).toEqual([
		true,
		true,
		false,
		false,
		false,
		false
	]);
});
