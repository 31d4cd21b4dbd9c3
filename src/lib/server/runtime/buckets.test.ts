import { beforeEach, describe, expect, test } from 'vitest';
import { Buckets } from './buckets.ts';
import { readSettings } from './settings.ts';

const HOUR = 3_600_000;
const OFFICE = '203.0.113.7';

let now: number;
let buckets: Buckets;
beforeEach(() => {
	now = 0;
	buckets = new Buckets(readSettings({}), () => now);
});

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const accepted = (answers: readonly number[]) => answers.filter((seconds) => seconds === 0).length;

describe('joins', () => {
	test('joins of an address are limited to twenty at once, and twenty an hour', () => {
		expect(accepted(times(50, () => buckets.join(OFFICE).seconds))).toBe(20);
		expect(buckets.join(OFFICE).seconds).toBeGreaterThan(60);
		expect(buckets.join('203.0.113.8').seconds).toBe(0);
		now += HOUR;
		expect(accepted(times(50, () => buckets.join(OFFICE).seconds))).toBe(20);
	});

	test('refused joins block nobody behind the address, and are limited too', () => {
		times(150, () => buckets.join(OFFICE).refused());
		expect(buckets.join(OFFICE).seconds).toBe(0);
		times(150, () => {
			const attempt = buckets.join(OFFICE);
			if (attempt.seconds === 0) attempt.refused();
		});
		expect(buckets.join(OFFICE).seconds).toBeGreaterThan(0);
	});

	test('joins of a repeated form count once', () => {
		expect(
			accepted(
				times(40, () => {
					const attempt = buckets.join(OFFICE);
					attempt.repeated();
					return attempt.seconds;
				})
			)
		).toBe(40);
	});

	test('a repeated join that then fails returns its token once', () => {
		const attempt = buckets.join(OFFICE);
		times(19, () => buckets.join(OFFICE));
		attempt.repeated();
		attempt.refused();
		expect(accepted(times(5, () => buckets.join(OFFICE).seconds))).toBe(1);
	});

	test('joins of one /64 count for one network, and so do both spellings of an IPv4 address', () => {
		expect(accepted(times(30, (i) => buckets.join(`2001:db8:0:1::${i.toString(16)}`).seconds))).toBe(20);
		expect(buckets.join('2001:db8:0:2::1').seconds).toBe(0);
		expect(accepted(times(15, () => buckets.join(`::ffff:${OFFICE}`).seconds))).toBe(15);
		expect(accepted(times(15, () => buckets.join(OFFICE).seconds))).toBe(5);
	});
});

describe('rooms', () => {
	test('rooms of a person are limited to ten at once and ten an hour, of an address to ten times that', () => {
		expect(accepted(times(20, () => buckets.roomName('ada', OFFICE).seconds))).toBe(10);
		const others = times(20, (i) => accepted(times(20, () => buckets.roomName(`person ${i}`, OFFICE).seconds)));
		expect(others.reduce((sum, n) => sum + n)).toBe(90);
		now += HOUR;
		expect(accepted(times(20, () => buckets.roomName('ada', OFFICE).seconds))).toBe(10);
	});

	test('rooms that are refused for their name take none of the ten', () => {
		times(30, () => buckets.roomName('ada', OFFICE).refused());
		expect(accepted(times(20, () => buckets.roomName('ada', OFFICE).seconds))).toBe(10);
	});
});

test('sign-ins with unknown links are limited, and sign-ins from other addresses are not', () => {
	times(20, () => buckets.signIn(OFFICE).refused());
	expect(buckets.signIn(OFFICE).seconds).toBeGreaterThan(0);
	expect(buckets.signIn('203.0.113.8').seconds).toBe(0);
});

test('requests of an office of sixty people with five tabs pass for an hour', () => {
	for (let second = 0; second < 3_600; second++) {
		now += 1_000;
		expect(accepted(times(60, () => buckets.request(OFFICE)))).toBe(60);
	}
});

describe('guesses', () => {
	const guesses = (
		n: number,
		name: string | ((i: number) => string),
		address: string | ((i: number) => string) = OFFICE
	) =>
		accepted(
			times(
				n,
				(i) =>
					buckets.guess(typeof name === 'string' ? name : name(i), typeof address === 'string' ? address : address(i))
						.seconds
			)
		);

	test('of ten thousand for one name from one network, ten are checked, and then ten in three minutes', () => {
		expect(guesses(10_000, 'Ada')).toBe(10);
		expect(buckets.guess('Ada', OFFICE).seconds).toBeGreaterThan(1);
		now += 180_000;
		expect(guesses(10_000, 'Ada')).toBe(10);
	});

	test('of a name in other spellings count for the same name', () => {
		const spellings = ['Ada', ' ada', 'A D A', 'ＡＤＡ', 'АԁА'];
		expect(guesses(50, (i) => spellings[i % spellings.length] ?? '')).toBe(10);
	});

	test('of ten thousand names from one network, thirty are checked, and one in ten seconds', () => {
		expect(guesses(10_000, (i) => `Person ${i}`)).toBe(30);
		now += 100_000;
		expect(guesses(10_000, (i) => `Person ${i}`)).toBe(10);
	});

	test('of one network hold up nobody elsewhere, also under the same name', () => {
		guesses(100, 'Ada');
		expect(buckets.guess('Ada', OFFICE).seconds).toBeGreaterThan(0);
		expect(buckets.guess('Grace', OFFICE).seconds).toBe(0);
		expect(buckets.guess('Ada', '203.0.113.8').seconds).toBe(0);
	});

	test('that are right cost nothing: an office may sign in at once', () => {
		const seconds = times(200, (i) => {
			const guess = buckets.guess(`Person ${i}`, OFFICE);
			guess.right();
			return guess.seconds;
		});
		expect(accepted(seconds)).toBe(200);
	});
});
