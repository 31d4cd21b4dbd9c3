/** Level, mute and hiding: which messages of a room notify a person. Rules without I/O; stored by lib/server/people/room-levels.ts. */
import { countIn, mentionsIn } from '../reading/unread.ts';
import type { RoomKind } from './kind.ts';

export const LEVELS = ['all', 'mentions', 'nothing'] as const;
export type Level = (typeof LEVELS)[number];
export const LEVEL_WORDS: Record<Level, string> = { all: 'All messages', mentions: 'Mentions', nothing: 'Nothing' };
export const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);

/** What a person has chosen for a room; each member is present once chosen. */
export interface RoomLevel {
	level?: Level;
	/** The room's newest number when the person hid it. */
	hidden?: number;
	/** Milliseconds since 1970. */
	mutedUntil?: number;
}

export const levelOf = ({ kind, level }: { kind?: RoomKind; level?: Level }): Level =>
	level ?? (kind === 'direct' ? 'all' : 'mentions');

export const isMuted = ({ mutedUntil = 0 }: RoomLevel, now: number): boolean => mutedUntil > now;

/** Whether the list leaves the room out. A later message brings direct messages back for good, an unread mention any room until read. */
export function isHidden(
	{ kind, count, mentions = [] }: { kind?: RoomKind; count: number; mentions?: readonly number[] },
	{ hidden, level }: RoomLevel
): boolean {
	if (hidden === undefined) return false;
	if (kind === 'direct') return count <= hidden || level === 'nothing';
	return level === 'nothing' || !mentions.some((n) => n > hidden);
}

/**
 * Whether new messages change nothing in the list but the number of mentions: no weight, count, sound or move to the
 * top. A hidden room is quiet, also while a mention shows it.
 */
export const isQuiet = (kind: RoomKind | undefined, chosen: RoomLevel, now: number): boolean =>
	chosen.level === 'nothing' || isMuted(chosen, now) || (chosen.hidden !== undefined && kind !== 'direct');

export const notifiedIn = (room: Parameters<typeof countIn>[0] & Parameters<typeof levelOf>[0]) =>
	levelOf(room) === 'all' ? countIn(room) : mentionsIn(room);

const HOUR = 60 * 60 * 1_000;
const MUTE_SPANS = { hour: HOUR, 'eight-hours': 8 * HOUR, week: 7 * 24 * HOUR } as const;
export type MuteSpan = keyof typeof MUTE_SPANS | 'morning';
export const isMuteSpan = (text: string): text is MuteSpan => text === 'morning' || Object.hasOwn(MUTE_SPANS, text);

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
