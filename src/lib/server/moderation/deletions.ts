/**
 * Deletes the messages of a blocked person, as a task: newest first, room by room, at most DELETIONS_PER_SECOND. No
 * index has messages by person, so all logs are read. A step leaves its place in the body of the next; one that a crash
 * cut short is done again.
 */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { DELETIONS_PER_SECOND, MESSAGES_SEARCHED_AT_ONCE } from '../../chat/limits.ts';
import { ChatMessage, StoredMessage } from '../../chat/messages/message.ts';
import { may } from '../../chat/people/permissions.ts';
import { roleOf, type Person } from '../../chat/people/person.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import type { Events } from '../events.ts';
import { isMessage } from '../messages/annotations.ts';
import { publishChange, remove } from '../messages/changes.ts';
import { readStanding, isShutOut } from '../people/standing.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import { enqueue, readTasks, type Step, type StepContext } from '../tasks/task-queue.ts';
import type { Audit, EntryId } from './audit.ts';
import { readActorAndTarget } from './target.ts';

export const DELETION = 'delete messages';

/** How far back the messages are deleted, in milliseconds. */
const DELETED_SPANS = { hour: 3_600_000, day: 86_400_000, all: Infinity } as const;
export type DeletedSpan = keyof typeof DELETED_SPANS;

export const isDeletedSpan = (text: string): text is DeletedSpan => Object.hasOwn(DELETED_SPANS, text);

/** Times in milliseconds since 1970. */
const Deletion = z.object({
	kind: z.literal(DELETION),
	person: z.string(),
	by: z.string(),
	/** Messages sent before are kept. */
	since: z.number(),
	startedAt: z.number(),
	/** A send that began before the block may be stored a minute later: all rooms are looked through again. */
	isSecondPass: z.boolean(),
	/** The place: the room, and in it the number below which the messages are still to be looked through. Empty at the start. */
	room: z.string(),
	below: z.number().optional(),
	deleted: z.number(),
	entry: z.object({ at: z.number(), id: z.string() })
});
export type Deletion = z.infer<typeof Deletion>;

export interface DeletionWish {
	person: Pick<Person, 'id'>;
	by: string;
	span: DeletedSpan;
	entry: EntryId;
}

/** To be stored before the person is blocked: a crash between the two leaves a task that ends by itself. */
export async function queueDeletion(
	store: Hpkv,
	{ person, by, span, entry }: DeletionWish,
	now: number
): Promise<void> {
	const body: Deletion = {
		...{ kind: DELETION, person: person.id, by, startedAt: now, isSecondPass: false, room: '', deleted: 0, entry },
		since: span === 'all' ? 0 : now - DELETED_SPANS[span]
	};
	await enqueue(store, body, entry.id, now);
}

export async function readDeletions(store: Hpkv): Promise<Map<string, Deletion>> {
	const bodies = (await readTasks(store)).flatMap(({ body }) => Deletion.safeParse(body).data ?? []);
	return new Map(bodies.map((deletion) => [deletion.person, deletion]));
}

/** For messages out of the order of their times, by clocks that differ or sends that took long. */
const SPREAD_MS = 10 * 60_000;
/** A block that is not stored by then was not made. */
const BLOCK_WAIT_MS = 60_000;
const WAIT_AGAIN_MS = 1_000;
const WINDOW = 200;
/** What looking up a room counts as, in messages looked through. */
const ROOM_COST = 20;

export interface DeletionOptions {
	store: Hpkv;
	events: Events;
	audit: Audit;
	clock: () => number;
	rest: (milliseconds: number) => Promise<void>;
}

export const deleteMessages =
	(options: DeletionOptions) =>
	async (body: unknown, context: StepContext): Promise<Step> => {
		const { store, audit, clock } = options;
		const deletion = Deletion.parse(body);
		const { startedAt, deleted, entry } = deletion;
		const mayGoOn = await isAllowed(store, deletion);
		if (mayGoOn === 'not yet' && clock() < startedAt + BLOCK_WAIT_MS) {
			return { again: deletion, due: clock() + WAIT_AGAIN_MS };
		}
		if (mayGoOn !== true) {
			await audit.ended(entry, 'refused', messages(deleted));
			return 'done';
		}
		const next = await walk(options, deletion, context);
		if (next.room !== END) return { again: next, due: clock() };
		if (!next.isSecondPass) {
			const again: Deletion = {
				...next,
				isSecondPass: true,
				room: '',
				since: Math.max(next.since, startedAt - SPREAD_MS)
			};
			return { again, due: Math.max(clock(), startedAt + BLOCK_WAIT_MS) };
		}
		await audit.ended(entry, 'done', messages(next.deleted));
		return 'done';
	};

const messages = (count: number) => (count === 1 ? '1 message' : `${count} messages`);

/** Asked again at each step: an unblocked person keeps the rest, and so does one whose blocker may no longer block. */
async function isAllowed(store: Hpkv, { person, by }: Deletion): Promise<boolean | 'not yet'> {
	const operator = await readStanding(store, by);
	if (isShutOut(operator)) return false;
	const both = await readActorAndTarget(store, { id: by, role: roleOf(operator) }, person);
	if (!both || !may(both.actor, 'moderate person', both.target)) return false;
	return both.target.standing.blocked ? true : 'not yet';
}

/** After all rooms: no room's id begins with it. */
const END = '~';

async function walk(options: DeletionOptions, start: Deletion, { triedAt, isOver }: StepContext): Promise<Deletion> {
	const { store, clock, rest } = options;
	const at = { ...start };
	let searched = 0;
	let removed = 0;
	while (at.room !== END) {
		if (at.below === undefined) {
			at.room = (await nextRoom(store, at.room)) ?? END;
			if (at.room === END) break;
			searched += ROOM_COST;
			at.below = Number((await store.get(keys.messageCount(at.room))) ?? 0) + 1;
		}
		const from = Math.max(1, at.below - WINDOW);
		if (at.below <= 1) {
			at.below = undefined;
			continue;
		}
		const records = await readRange(store, keys.messages(at.room, from, at.below - 1));
		const found = records.flatMap(({ value }) => parsed(StoredMessage, value) ?? []).filter(isMessage);
		for (const message of found.reverse()) {
			if (isOver() || removed >= DELETIONS_PER_SECOND) return { ...at, below: message.n + 1 };
			if (message.person !== at.person || message.timestamp < at.since) continue;
			if (message.deleted && !(await isUnfinished(store, message, at.by, triedAt))) continue;
			const begun = clock();
			if (await removeMessage(options, message, at.by)) at.deleted += 1;
			removed += 1;
			await rest(Math.max(0, 1_000 / DELETIONS_PER_SECOND - (clock() - begun)));
		}
		at.below = from;
		searched += WINDOW;
		const isOlder = found.length > 0 && found.every(({ timestamp }) => timestamp < at.since - SPREAD_MS);
		if (isOlder || from <= 1) at.below = undefined;
		if (searched >= MESSAGES_SEARCHED_AT_ONCE || isOver()) return at;
	}
	return at;
}

async function nextRoom(store: Hpkv, room: string): Promise<string | undefined> {
	const { records } = await store.range(room === '' ? keys.rooms.start : `${keys.room(room)}\0`, keys.rooms.end, 1);
	return records[0] && idOf(records[0].key);
}

const DeletionMark = z.object({ person: z.string(), timestamp: z.number() });

/** Whether an earlier try of this step deleted the message and may have died before it told the readers. */
async function isUnfinished(
	store: Hpkv,
	{ room, n }: ChatMessage,
	by: string,
	triedAt: number | undefined
): Promise<boolean> {
	if (triedAt === undefined) return false;
	const mark = parsed(DeletionMark, await store.get(keys.markDeleted(room, n)));
	return mark?.person === by && mark.timestamp >= triedAt;
}

async function removeMessage(
	{ store, events, clock }: DeletionOptions,
	{ room, n }: ChatMessage,
	by: string
): Promise<boolean> {
	// The role was checked at the beginning of the step.
	const removed = await remove(store, { room, n, person: by }, 'operator', clock);
	if (removed.ok) await publishChange(events, room, removed);
	return removed.ok;
}
