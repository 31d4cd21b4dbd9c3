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
	for (let n = 0; n < 50; n++) pace.noteAccepted(n * 10);
	for (let n = 0; n < 40; n++) pace.noteAccepted(1_400 + n);
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
	pace.noteRefused(400, 300);
	expect(pace.perSecond).toBe(2.5);
	for (let n = 1; n < 9; n++) pace.noteRefused(400 + n * 100, 350 + n * 100);
	expect(pace.perSecond).toBe(2);
});

test('the pace grows by two requests a second each second, and by a tenth above twenty', () => {
	const pace = new Pace();
	pace.noteRefused(0, 0);
	const after = (seconds: number) => {
		for (let s = 0; s < seconds; s++) {
			for (let n = 0, many = Math.round(pace.perSecond ?? 0); n < many; n++) pace.noteAccepted(0);
		}
		return pace.perSecond;
	};
	const slow = after(5) ?? 0;
	expect(slow).toBeGreaterThan(13);
	expect(slow).toBeLessThan(17);
	const fast = after(10) ?? 0;
	expect(fast).toBeGreaterThan(33);
	expect(fast).toBeLessThan(45);
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
