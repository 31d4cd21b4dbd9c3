/** Plays a sound for what the reader wants to be notified of, out of sight. Loaded only if the reader has switched the sound on. */
import { mentionsMe } from '../../chat/markup/group-mentions.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { isInHours, type QuietHours } from '../../chat/people/quiet-hours.ts';
import { levelOf, notifiedIn } from '../../chat/rooms/levels.ts';
import type { RoomRow } from '../../chat/rooms/room.ts';
import { clockTime } from '../../chat/text/dates.ts';
import { beep } from './beep.ts';

/** In milliseconds. A message after this much silence begins a new burst. */
const SILENCE = 5_000;
/** In milliseconds. By then a list at its end has scrolled to the new message, which is in sight. */
const SETTLED = 100;
const NEAR_END_PX = 100;
/** In milliseconds. Another page of this browser that hears of the same message is silent. */
const HELD = 1_000;

export interface Listener {
	id: string;
	name: string;
	/** Do not disturb. */
	quietHours?: QuietHours;
}

const newest = new WeakMap<HTMLElement, number>();
let last = -Infinity;

/** For the open room, whenever its messages change; those of the first call are history. @param room its row, if the list has it */
export function playForNew(
	messages: readonly ShownMessage[],
	room: RoomRow | undefined,
	me?: Listener,
	log?: HTMLElement
): void {
	if (!log) return;
	const before = newest.get(log) ?? Infinity;
	newest.set(log, messages.at(-1)?.n ?? 0);
	const isTold = (message: ShownMessage) => message.person !== me?.id && notifies(message, room, me);
	if (!messages.some((message) => message.n > before && isTold(message))) return;
	setTimeout(() => {
		const bottom = log.lastElementChild?.getBoundingClientRect().bottom ?? 0;
		if (document.hidden || bottom > log.getBoundingClientRect().bottom + NEAR_END_PX) sound(me);
	}, SETTLED);
}

function notifies(message: ShownMessage, room: RoomRow | undefined, me?: Listener): boolean {
	const level = levelOf(room ?? {});
	if (level === 'nothing') return false;
	return (level === 'all' && !room?.quiet) || (me !== undefined && mentionsMe(message, me));
}

interface Known {
	read: number;
	notified: number;
}
let known: ReadonlyMap<string, Known> | undefined;

/** For the rooms that are not open. Call whenever the list changes; what the first call counts is history. @param open a slug */
export function playForRooms(rooms: readonly RoomRow[], me?: Listener, open?: string): void {
	const before = known;
	known = new Map(rooms.map((room) => [room.id, { read: room.read ?? 0, notified: notifiedIn(room) }]));
	const isNew = ({ id, slug }: RoomRow) => {
		const { read = 0, notified = 0 } = before?.get(id) ?? {};
		const now = known?.get(id);
		// A message that was marked unread again is not new.
		return slug !== open && now !== undefined && now.notified > notified && now.read >= read;
	};
	if (before && rooms.some(isNew)) sound(me);
}

function sound(me?: Listener): void {
	const hours = me?.quietHours;
	if (hours && isInHours(hours, clockTime(Date.now(), hours.zone))) return;
	const begins = performance.now() - last > SILENCE;
	last = performance.now();
	if (!begins) return;
	const play = async () => {
		await beep();
		await new Promise((resolve) => setTimeout(resolve, HELD));
	};
	// A browser that has no sound, or denies it, stays silent. Locks exist on https and localhost only.
	const played = navigator.locks?.request('parley:sound', { ifAvailable: true }, (lock) => (lock ? play() : undefined));
	(played ?? play()).catch(() => undefined);
}
