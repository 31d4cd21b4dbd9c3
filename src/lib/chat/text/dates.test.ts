import { describe, expect, test, vi } from 'vitest';
import { clockTime, dayKey, dayLabel, fullTime, isoTime } from './dates.ts';
import { shortTime } from './short-time.ts';
import { MAX_ZONE_FORMATTERS } from '../limits.ts';

const at = (iso: string) => Date.parse(iso);

describe('the time of a message', () => {
	test('is in the zone, on a 24-hour clock', () => {
		expect(clockTime(at('2026-11-23T14:05:59Z'))).toBe('14:05');
		expect(clockTime(at('2026-11-23T14:05:59Z'), 'Asia/Kolkata')).toBe('19:35');
		expect(clockTime(at('2026-11-23T14:05:59Z'), 'America/St_Johns')).toBe('10:35');
	});

	test('is 00:00 at midnight, never 24:00', () => {
		expect(clockTime(at('2026-11-23T00:00:00Z'))).toBe('00:00');
	});

	test('is shown in full with its zone', () => {
		expect(fullTime(at('2026-11-23T14:05:00Z'))).toBe('Monday, 23 November 2026, 14:05 (UTC)');
		expect(fullTime(at('2026-11-23T23:30:00Z'), 'Asia/Tokyo')).toBe('Tuesday, 24 November 2026, 08:30 (Asia/Tokyo)');
	});

	test('is written in UTC for machines', () => {
		expect(isoTime(at('2026-11-23T14:05:00Z'))).toBe('2026-11-23T14:05:00.000Z');
	});

	test('equals the time of Intl in every zone, also when clocks change', () => {
		const zones = Intl.supportedValuesOf('timeZone');
		expect(zones.length).toBeGreaterThan(300);
		for (const timeZone of zones) {
			const intl = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short', hourCycle: 'h23' });
			// Each step is another year and second; together the steps cover all days and hours.
			for (let i = 0; i < 40; i++) {
				const when = at(`${2000 + i}-01-01T00:00:00Z`) + ((i * 7_919_477_111) % (365 * 86_400_000));
				expect(clockTime(when, timeZone), `${timeZone} ${isoTime(when)}`).toBe(intl.format(when));
			}
		}
		// Lord Howe changes its offset by half an hour.
		const howe = { timeZone: 'Australia/Lord_Howe', timeStyle: 'short', hourCycle: 'h23' } as const;
		for (let when = at('2026-04-04T14:00:00Z'); when < at('2026-04-04T17:00:00Z'); when += 60_000) {
			expect(clockTime(when, howe.timeZone)).toBe(new Intl.DateTimeFormat('en-GB', howe).format(when));
		}
	});

	test('in an unknown zone is refused', () => {
		expect(() => clockTime(0, 'Mars/Olympus_Mons')).toThrow(RangeError);
	});
});

describe('the day of a message', () => {
	test('depends on the zone', () => {
		expect(dayKey(at('2026-11-23T23:30:00Z'))).toBe('2026-11-23');
		expect(dayKey(at('2026-11-23T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-24');
		expect(dayKey(at('2026-01-01T02:00:00Z'), 'America/New_York')).toBe('2025-12-31');
	});

	test('is named in full, except Today and Yesterday', () => {
		const now = at('2026-11-23T09:00:00Z');
		expect(dayLabel(at('2026-11-23T00:00:00Z'))).toBe('Monday, 23 November 2026');
		expect(dayLabel(at('2026-11-23T00:00:00Z'), 'UTC', now)).toBe('Today');
		expect(dayLabel(at('2026-11-22T23:59:59Z'), 'UTC', now)).toBe('Yesterday');
		expect(dayLabel(at('2026-11-21T23:59:59Z'), 'UTC', now)).toBe('Saturday, 21 November 2026');
	});

	test('is named in full when its timestamp is in the future', () => {
		expect(dayLabel(at('2026-11-24T00:10:00Z'), 'UTC', at('2026-11-23T23:59:00Z'))).toBe('Tuesday, 24 November 2026');
	});

	test('may be a leap day', () => {
		expect(dayLabel(at('2028-02-29T12:00:00Z'))).toBe('Tuesday, 29 February 2028');
	});

	test('of 23 or 25 hours is one day', () => {
		// Berlin went forward on 29 March 2026 and back on 25 October 2026.
		expect(dayLabel(at('2026-03-28T23:30:00Z'), 'Europe/Berlin', at('2026-03-29T21:30:00Z'))).toBe('Today');
		expect(dayLabel(at('2026-03-28T22:30:00Z'), 'Europe/Berlin', at('2026-03-29T21:30:00Z'))).toBe('Yesterday');
		expect(dayLabel(at('2026-10-24T22:30:00Z'), 'Europe/Berlin', at('2026-10-25T22:30:00Z'))).toBe('Today');
		expect(dayLabel(at('2026-10-24T21:30:00Z'), 'Europe/Berlin', at('2026-10-25T22:30:00Z'))).toBe('Yesterday');
	});

	test('has one hour twice when clocks go back', () => {
		expect(clockTime(at('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe('02:30');
		expect(clockTime(at('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe('02:30');
	});
});

describe('the time in a list', () => {
	const now = at('2026-11-23T09:00:00Z');

	test('is the shortest unambiguous form', () => {
		expect(shortTime(at('2026-11-23T08:05:00Z'), 'UTC', now)).toBe('08:05');
		expect(shortTime(at('2026-11-22T08:05:00Z'), 'UTC', now)).toBe('Yesterday');
		expect(shortTime(at('2026-11-12T08:05:00Z'), 'UTC', now)).toBe('12 Nov');
		expect(shortTime(at('2025-11-12T08:05:00Z'), 'UTC', now)).toBe('12 Nov 2025');
	});

	test('has September in three letters, in every runtime', () => {
		expect(shortTime(at('2026-09-01T08:05:00Z'), 'UTC', now)).toBe('1 Sep');
	});

	test('is Yesterday for New Year’s Eve on New Year’s Day', () => {
		expect(shortTime(at('2025-12-31T23:00:00Z'), 'UTC', at('2026-01-01T01:00:00Z'))).toBe('Yesterday');
	});
});

test('formatters of time zones are cached for a bounded number of zones', () => {
	const zones = Intl.supportedValuesOf('timeZone').slice(0, 2 * MAX_ZONE_FORMATTERS);
	const made = vi.spyOn(Intl, 'DateTimeFormat');
	const ask = (zone: string, minute: number) => clockTime(Date.UTC(2026, 0, 1, 0, minute), zone);
	for (const zone of zones) ask(zone, 0);
	made.mockClear();
	// The newest zones are cached; the first is created again. Another quarter of an hour bypasses the cache of
	// offsets.
	for (const zone of zones.slice(-MAX_ZONE_FORMATTERS)) ask(zone.toUpperCase(), 15);
	expect(made).toHaveBeenCalledTimes(0);
	ask(zones[0]!, 15);
	expect(made).toHaveBeenCalledTimes(1);
	made.mockRestore();
});
