/** Marks of messages with `@everyone` in the state of a room: by number, who wrote it, and when. */

/** Seconds are enough, and short: a room has up to MAX_EVERYONE_MARKS. @param timestamp milliseconds since 1970 */
export const everyoneMark = (person: string, timestamp: number): string =>
	`${person} ${Math.floor(timestamp / 1_000).toString(36)}`;

/** Marks of earlier versions have no time. */
export function readEveryoneMark(mark: string): { person: string; timestamp: number } {
	const [person = '', seconds = '0'] = mark.split(' ');
	return { person, timestamp: parseInt(seconds, 36) * 1_000 };
}
