import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('the pace is unbounded until the endpoint refuses', () => {
	const pace = new Pace();
	for (let n = 0; n < 1_000; n++) pace.noteSent(0);
	expect(pace.delay(0)).toBe(0);
	expect(pace.perSecond).toBeUndefined();
});

test('the first refusal halves what was accepted in the last second', () => {
	const pace = new Pace();
	for (let n = 0; n < 50; n++) pace.noteAccepted(n * 10, false);
	for (let n = 0; n < 40; n++) pace.noteAccepted(1_400 + n, false);
	pace.noteRefused(1_500, 1_450);
	expect(pace.perSecond).toBe(20);
});

test('the first refusal of an idle endpoint halves the smallest plan', () => {
	const pace = new Pace();
	pace.noteRefused(0, 0);
	expect(pace.perSecond).toBe(5);
});

test('refusals of requests that had left before the pace was lowered do not lower it again', () => {
	const pace = new Pace();
	for (let n = 0; n < 30; n++) pace.noteRefused(100 + n, 90);
	expect(pace.perSecond).toBe(5);
	for (let n = 1; n < 9; n++) pace.noteRefused(400 + n * 100, 350 + n * 100);
	expect(pace.perSecond).toBe(5);
});

/** A second of requests that leave as soon as they may, the last at `end`. @returns the pace afterwards */
function busySecond(pace: Pace, end: number): number {
	let now = end - 1_000;
	while (now <= end) {
		now += pace.delay(now);
		pace.noteAccepted(now, pace.noteSent(now));
	}
	return pace.perSecond ?? 0;
}

test('a busy pace grows by two requests a second each second, and by a tenth above twenty', () => {
	const pace = new Pace();
	for (let n = 0; n < 40; n++) pace.noteAccepted(0, false);
	pace.noteRefused(0, 0);
	expect(pace.perSecond).toBe(20);
	const paces = [1, 2, 3, 4, 5].map((second) => busySecond(pace, second * 1_000));
	expect(paces[0]).toBeGreaterThan(21);
	expect(paces[0]).toBeLessThan(24);
	expect(paces[4]).toBeGreaterThan(28);
	expect(paces[4]).toBeLessThan(36);
});

test('a busy pace grows up to just below the refused one, rests there, and after forty seconds doubles each second', () => {
	const pace = new Pace();
	pace.noteRefused(0, 0);
	for (let second = 1; second <= 6; second++) busySecond(pace, second * 1_000);
	const resting = pace.perSecond ?? 0;
	expect(resting).toBeGreaterThanOrEqual(9.5);
	for (let second = 7; second < 30; second++) busySecond(pace, second * 1_000);
	expect(pace.perSecond).toBe(resting);
	for (let second = 30; second <= 40; second++) busySecond(pace, second * 1_000);
	const before = pace.perSecond ?? 0;
	expect(busySecond(pace, 41_000) / before).toBeGreaterThan(1.6);
});

test('a limit that was refused twice is known: the pace halves, and is back just below what was accepted within a second', () => {
	const pace = new Pace();
	for (let n = 0; n < 20; n++) pace.noteAccepted(n, false);
	pace.noteRefused(20, 20);
	expect(pace.perSecond).toBe(10);
	let now = 1_000;
	for (let n = 0; n < 10; n++) {
		now += pace.delay(now);
		pace.noteAccepted(now, pace.noteSent(now));
	}
	const refused = pace.perSecond ?? 0;
	expect(refused).toBeGreaterThan(10);
	pace.noteRefused(now + 1, now + 1);
	expect(pace.perSecond).toBeLessThanOrEqual(refused / 2);
	expect(busySecond(pace, now + 1_100)).toBeGreaterThan(8);
	expect(pace.perSecond).toBeLessThan(10);
});

test('requests that the pace does not hold back do not let it grow', () => {
	const pace = new Pace();
	pace.noteRefused(0, 0);
	for (let second = 1; second < 3_600; second++) pace.noteAccepted(second * 1_000, pace.noteSent(second * 1_000));
	expect(pace.perSecond).toBe(5);
});

test('requests leave one after another, and not before the time that the endpoint asked for', () => {
	const pace = new Pace();
	pace.noteRefused(0, 0, 3_000);
	expect(pace.delay(0)).toBe(3_000);
	pace.noteSent(3_000);
	expect(pace.delay(3_000)).toBe(200);
	pace.noteSent(3_200);
	expect(pace.delay(3_200)).toBe(200);
	expect(pace.delay(60_000)).toBe(0);
});
