/** Only numbers come from Intl: Node and browsers have different language data, and hydration must find the server's text. */

import { MAX_ZONE_FORMATTERS } from '../limits.ts';

const MONTHS = [
	'January',
	'February',
	'March',
	'April',
	'May',
	'June',
	'July',
	'August',
	'September',
	'October',
	'November',
	'December'
] as const;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const DAY = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** @param zone in lower case: the key of the cache */
function formatter(zone: string): Intl.DateTimeFormat {
	let found = formatters.get(zone);
	if (!found) {
		found = new Intl.DateTimeFormat('en-GB', {
			timeZone: zone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: '2-digit',
			minute: '2-digit'
		});
		if (formatters.size >= MAX_ZONE_FORMATTERS) formatters.delete(formatters.keys().next().value!);
		formatters.set(zone, found);
	}
	return found;
}

/** In milliseconds: no zone changes its offset within a quarter of an hour. */
const QUARTER = 900_000;

const MOST_QUARTERS = 10_000;

/** Offsets from UTC in milliseconds. Asking Intl for each message took an eighth of the time of a room's page. */
const ahead = new Map<string, number>();

function aheadOfUtc(timestamp: number, zone: string): number {
	const quarter = timestamp - (timestamp % QUARTER);
	const name = zone.toLowerCase();
	const key = quarter + name;
	let found = ahead.get(key);
	if (found === undefined) {
		const at: Record<string, number> = {};
		for (const { type, value } of formatter(name).formatToParts(quarter)) at[type] = +value;
		found = Date.UTC(at.year!, at.month! - 1, at.day, at.hour, at.minute) - quarter;
		if (ahead.size >= MOST_QUARTERS) ahead.clear();
		ahead.set(key, found);
	}
	return found;
}

/** A Date whose UTC fields are the local time of the zone. */
export const localDate = (timestamp: number, zone: string) => new Date(timestamp + aheadOfUtc(timestamp, zone));

/** Calendar days since 1 January 1970, so that a day of 23 or 25 hours counts as one. */
export const dayNumber = (there: Date) => Math.floor(+there / DAY);

export const monthName = (there: Date) => MONTHS[there.getUTCMonth()] ?? '';
export const clockOf = (there: Date) => isoTime(+there).slice(11, 16);

const longDay = (there: Date) =>
	`${WEEKDAYS[there.getUTCDay()]}, ${there.getUTCDate()} ${monthName(there)} ${there.getUTCFullYear()}`;

/** "2026-11-23" */
export function dayKey(timestamp: number, zone = 'UTC'): string {
	return isoTime(+localDate(timestamp, zone)).slice(0, 10);
}

/** "14:05" */
export function clockTime(timestamp: number, zone = 'UTC'): string {
	return clockOf(localDate(timestamp, zone));
}

/** "Monday, 23 November 2026"; given `now`, "Today" and "Yesterday" where they fit. */
export function dayLabel(timestamp: number, zone = 'UTC', now?: number): string {
	const there = localDate(timestamp, zone);
	if (now !== undefined) {
		const ago = dayNumber(localDate(now, zone)) - dayNumber(there);
		if (ago === 0) return 'Today';
		if (ago === 1) return 'Yesterday';
	}
	return longDay(there);
}

/** "Monday, 23 November 2026, 14:05 (Europe/Berlin)" */
export function fullTime(timestamp: number, zone = 'UTC'): string {
	const there = localDate(timestamp, zone);
	return `${longDay(there)}, ${clockOf(there)} (${zone})`;
}

export function isoTime(timestamp: number): string {
	return new Date(timestamp).toISOString();
}
