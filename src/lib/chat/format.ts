/**
 * Times in words. Only the numbers come from Intl; the words are ours, because Node and browsers carry different
 * releases of the same language data ("Sep" and "Sept", commas), and what the server wrote must be what hydration finds.
 */

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

/** A moment on the calendar and clock of a zone. */
interface Moment {
	year: number;
	/** 1 to 12. */
	month: number;
	day: number;
	/** Two digits each. */
	hour: string;
	minute: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
	// Zones are named in any case; one entry for each keeps the map as small as the list of zones.
	const key = zone.toLowerCase();
	let found = formatters.get(key);
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
		formatters.set(key, found);
	}
	return found;
}

function moment(timestamp: number, zone: string): Moment {
	const found: Moment = { year: 0, month: 1, day: 1, hour: '', minute: '' };
	for (const { type, value } of formatter(zone).formatToParts(timestamp)) {
		if (type === 'year' || type === 'month' || type === 'day') found[type] = Number(value);
		else if (type === 'hour' || type === 'minute') found[type] = value.padStart(2, '0');
	}
	return found;
}

/** Days since 1 January 1970 on the calendar, so that a day of 23 or 25 hours is one day. */
const dayNumber = ({ year, month, day }: Moment) => Date.UTC(year, month - 1, day) / DAY;

const two = (n: number) => String(n).padStart(2, '0');
const monthName = ({ month }: Moment) => MONTHS[month - 1] ?? '';
const clock = ({ hour, minute }: Moment) => `${hour}:${minute}`;

function longDay(when: Moment): string {
	const weekday = WEEKDAYS[new Date(dayNumber(when) * DAY).getUTCDay()] ?? '';
	return `${weekday}, ${when.day} ${monthName(when)} ${when.year}`;
}

/** The day a moment falls on: "2026-11-23". */
export function dayKey(timestamp: number, zone = 'UTC'): string {
	const when = moment(timestamp, zone);
	return `${when.year}-${two(when.month)}-${two(when.day)}`;
}

/** "14:05" */
export function clockTime(timestamp: number, zone = 'UTC'): string {
	return clock(moment(timestamp, zone));
}

/** "Monday, 23 November 2026"; given `now`, "Today" and "Yesterday" where they fit. */
export function dayLabel(timestamp: number, zone = 'UTC', now?: number): string {
	const when = moment(timestamp, zone);
	if (now !== undefined) {
		const ago = dayNumber(moment(now, zone)) - dayNumber(when);
		if (ago === 0) return 'Today';
		if (ago === 1) return 'Yesterday';
	}
	return longDay(when);
}

/** "Monday, 23 November 2026, 14:05 (Europe/Berlin)" */
export function fullTime(timestamp: number, zone = 'UTC'): string {
	const when = moment(timestamp, zone);
	return `${longDay(when)}, ${clock(when)} (${zone})`;
}

/** The shortest form that is clear in a list: "14:05" today, "Yesterday", "12 Nov", "12 Nov 2025". */
export function shortTime(timestamp: number, zone: string, now: number): string {
	const when = moment(timestamp, zone);
	const today = moment(now, zone);
	const ago = dayNumber(today) - dayNumber(when);
	if (ago === 0) return clock(when);
	if (ago === 1) return 'Yesterday';
	const date = `${when.day} ${monthName(when).slice(0, 3)}`;
	return when.year === today.year ? date : `${date} ${when.year}`;
}

/** For a `datetime` attribute. */
export function isoTime(timestamp: number): string {
	return new Date(timestamp).toISOString();
}
