/** What a person is told of a room. Rules without I/O; stored by lib/server/people/room-levels.ts. */
import type { RoomKind } from './kind.ts';

export const LEVELS = ['all', 'mentions', 'nothing'] as const;
export type Level = (typeof LEVELS)[number];

/** What a person has chosen for a room; each member is present once chosen. */
export interface RoomLevel {
	level?: Level;
	/** Not in the list, except while a message mentions the person. */
	hidden?: boolean;
	/** Milliseconds since 1970. */
	mutedUntil?: number;
}

export const levelOf = (kind: RoomKind, { level }: RoomLevel): Level =>
	level ?? (kind === 'direct' ? 'all' : 'mentions');

export const isMuted = ({ mutedUntil = 0 }: RoomLevel, now: number): boolean => mutedUntil > now;

export interface Told {
	/** Whether the room's name is set off, and its unread messages are counted in the list and in the title. */
	isUnread: boolean;
	/** The number beside the room. */
	badge: number;
	/** Whether a new message sounds and, later, is pushed. */
	sounds: boolean;
	/** Whether a new message moves the room up in the list. */
	rises: boolean;
}

/** @param unread,mentions unread messages, and those among them that mention the person */
export function toldOf(
	room: { kind: RoomKind; unread: number; mentions: number },
	chosen: RoomLevel,
	now: number
): Told {
	const level = levelOf(room.kind, chosen);
	const counted = level === 'nothing' ? 0 : room.mentions;
	// A muted room is quiet; mentions still count where the level says so.
	if (isMuted(chosen, now)) return { isUnread: counted > 0, badge: counted, sounds: false, rises: false };
	const isUnread = level === 'nothing' ? false : room.unread > 0;
	const badge = level === 'all' ? Math.max(room.unread, counted) : counted;
	return { isUnread, badge, sounds: level === 'all' ? room.unread > 0 : counted > 0, rises: level !== 'nothing' };
}

export const isShown = ({ hidden = false }: RoomLevel, mentions: number): boolean => !hidden || mentions > 0;

const HOUR = 60 * 60 * 1_000;
export const MUTE_SPANS = { hour: HOUR, 'eight-hours': 8 * HOUR, week: 7 * 24 * HOUR } as const;
export type MuteSpan = keyof typeof MUTE_SPANS | 'morning';

/** The time of `span` from `now` on; `morning` is the next 9:00 in the person's time zone. */
export function mutedUntil(span: MuteSpan, now: number, zone: string): number {
	if (span !== 'morning') return now + MUTE_SPANS[span];
	const clock = new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
	const minutesAt = (time: number) => {
		const parts = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
		return (parts.hour ?? 0) * 60 + (parts.minute ?? 0);
	};
	const MINUTE = 60_000;
	const NINE = 9 * 60;
	const wait = (from: number) => ((NINE - minutesAt(from) + 24 * 60 - 1) % (24 * 60)) + 1;
	const first = now - (now % MINUTE) + wait(now) * MINUTE;
	// A clock that is put forward or back in between is an hour off.
	const off = minutesAt(first) - NINE;
	return first - off * MINUTE;
}
