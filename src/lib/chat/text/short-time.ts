import { clockOf, dayNumber, localDate, monthName } from './dates.ts';

/** The shortest form that is clear in a list: "14:05" today, "Yesterday", "12 Nov", "12 Nov 2025". */
export function shortTime(timestamp: number, zone: string, now: number): string {
	const there = localDate(timestamp, zone);
	const today = localDate(now, zone);
	const ago = dayNumber(today) - dayNumber(there);
	if (ago === 0) return clockOf(there);
	if (ago === 1) return 'Yesterday';
	const date = `${there.getUTCDate()} ${monthName(there).slice(0, 3)}`;
	return there.getUTCFullYear() === today.getUTCFullYear() ? date : `${date} ${there.getUTCFullYear()}`;
}
