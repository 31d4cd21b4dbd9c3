/** All changes are idempotent: a new key, the same value by all writers, or an append. The annotation precedes the entry: pages have it. */
import { may } from '../../chat/people/permissions.ts';
import type { Role } from '../../chat/people/role.ts';
import { StoreRefused, type Hpkv } from '../../../hpkv/port.ts';
import type { Change } from '../../chat/messages/change.ts';
import { LATE_AFTER } from '../../chat/reading/cursor.ts';
import { messageText } from '../../chat/messages/draft.ts';
import { keys, readMarkKey } from '../../chat/storage/keys.ts';
import { StoredMessage, type ChatMessage } from '../../chat/messages/message.ts';
import { MAX_ANSWER_BYTES, MAX_REACTION_KINDS, MAX_REACTION_LOG_BYTES, MAX_REACTIONS } from '../../chat/limits.ts';
import { isEmoji, readReaction, writeReactionToken } from '../../chat/messages/reaction.ts';
import { blankPreview } from './preview.ts';
import { tombstone } from '../../chat/messages/message-view.ts';
import type { Events } from '../events.ts';
import { queueErasure } from '../files/erasure.ts';
import { eraseEdit, eraseEdits, readTexts } from './edits.ts';
import { encodeName, isDeleted } from './annotations.ts';
import { forgetMentions } from './mentions.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRangePart } from '../storage/ranges.ts';

export type ChangeRefusal =
	| 'gone'
	| 'deleted'
	| 'not-yours'
	| 'empty'
	| 'too-long'
	| 'too-many-bytes'
	| 'too-often'
	| 'no-emoji'
	| 'too-many-kinds'
	| 'too-many-reactions';
export type Changed = { ok: true; change: Change; edited?: ChatMessage } | { ok: false; because: ChangeRefusal };

export interface Target {
	room: string;
	n: number;
	person: string;
}

const MAX_LATE_REPEATS = 3;

const refused = (because: ChangeRefusal): Changed => ({ ok: false, because });

export async function edit(store: Hpkv, target: Target, typed: string, clock: () => number): Promise<Changed> {
	const { room, n, person } = target;
	const stored = await readMessage(store, room, n);
	if (!stored) return refused('gone');
	if (!may({ id: person, role: 'member' }, 'edit message', stored)) return refused('not-yours');
	if (stored.deleted) {
		// An earlier try of this edit may have crashed after it wrote its text.
		await eraseEdits(store, room, n);
		return refused('deleted');
	}
	const text = messageText(typed);
	if (!text.ok && !(text.because === 'empty' && stored.files)) return refused(text.because);
	const message = text.ok ? text.text : '';
	// The edit's record is at most as long as the message's record with this text.
	if (Buffer.byteLength(JSON.stringify({ ...stored, message })) > store.maxValueBytes) return refused('too-many-bytes');

	const timestamp = clock();
	const change = await logChange(store, room, clock, async (m): Promise<Change> => {
		await store.set(keys.markEdited(room, n, m), JSON.stringify({ message, timestamp }));
		return { kind: 'edit', m, n, timestamp };
	});
	if (await isDeleted(store, room, n)) {
		await eraseEdit(store, room, n, change.m, timestamp);
		return refused('deleted');
	}
	return { ok: true, change: { kind: 'edit', m: change.m, n, timestamp, message }, edited: stored };
}

/** Deletes all texts of a message: the person's own, or any person's where the role allows that. */
export async function remove(
	store: Hpkv,
	{ room, n, person }: Target,
	role: Role,
	clock: () => number,
	{ isDirect = false, erase = false } = {}
): Promise<Changed> {
	const stored = await readMessage(store, room, n);
	if (!stored) return refused('gone');
	if (!may({ id: person, role }, 'delete message', { person: stored.person, isDirect })) return refused('not-yours');
	const timestamp = clock();
	await queueErasure(store, stored, erase ? 'at once' : 'later', timestamp);
	// Set first: a concurrent writer of this message's text finds the mark and erases its text.
	await store.set(keys.markDeleted(room, n), JSON.stringify({ person, timestamp }));
	await forgetMentions(store, stored, (await readTexts(store, stored)).texts);
	await store.set(keys.message(room, n), JSON.stringify(tombstone(stored)));
	if (stored.files) await store.delete(keys.roomFiles(room, n));
	await eraseEdits(store, room, n);
	await blankPreview(store, room, n);
	const change = await logChange(store, room, clock, (m) => Promise.resolve({ kind: 'delete', m, n, timestamp }));
	return { ok: true, change };
}

export async function react(
	store: Hpkv,
	{ room, n, person }: Target,
	{ name, emoji, on }: { name: string; emoji: string; on: boolean },
	clock: () => number
): Promise<Changed> {
	if (!isEmoji(emoji)) return refused('no-emoji');
	const [stored, full] = await Promise.all([
		readMessage(store, room, n),
		on ? roomFor(store, { room, n, person }, emoji) : undefined
	]);
	if (!stored) return refused('gone');
	if (stored.deleted) return refused('deleted');
	if (full) return refused(full);
	const timestamp = clock();
	try {
		const change = await logChange(store, room, clock, async (m) => {
			const token = writeReactionToken({ m, on, name }, encodeName(name));
			await store.patch(keys.markReacted(room, n, person, emoji), token);
			return { kind: 'react', m, n, timestamp, person, name, emoji, on };
		});
		return { ok: true, change };
	} catch (error) {
		// The record of this person's tokens for this emoji is full.
		if (error instanceof StoreRefused) return refused('too-often');
		throw error;
	}
}

/** Why the message has no place for this reaction. Concurrent reactions may each take the last place. */
async function roomFor(store: Hpkv, { room, n, person }: Target, emoji: string): Promise<ChangeRefusal | undefined> {
	const { records, truncated } = await readRangePart(store, keys.reactions(room, n), MAX_ANSWER_BYTES);
	const kinds = new Set<string>();
	const mine = new Map<string, string>();
	for (const { key, value } of records) {
		const mark = readMarkKey(key);
		if (mark?.kind !== 'reacted') continue;
		if (mark.person === person) mine.set(mark.emoji, value);
		if (readReaction(value, String)?.on) kinds.add(mark.emoji);
	}
	if (!kinds.has(emoji) && kinds.size >= MAX_REACTION_KINDS) return 'too-many-kinds';
	const held = mine.get(emoji);
	if (held === undefined && mine.size >= MAX_REACTION_KINDS) return 'too-often';
	if (held !== undefined && Buffer.byteLength(held) > MAX_REACTION_LOG_BYTES) return 'too-often';
	return truncated || (held === undefined && records.length >= MAX_REACTIONS) ? 'too-many-reactions' : undefined;
}

/** @returns the change with its mentions, once it may be acknowledged */
export async function publishChange(
	events: Events,
	room: string,
	{ change, edited }: Extract<Changed, { ok: true }>
): Promise<Change> {
	return (await events.publish('messageChanged', { room, change, edited })).change;
}

async function readMessage(store: Hpkv, room: string, n: number): Promise<ChatMessage | undefined> {
	const stored = parsed(StoredMessage, await store.get(keys.message(room, n)));
	return stored && 'id' in stored ? stored : undefined;
}

/** Numbers, annotates and logs a change. If readers may have settled its number by then, it is logged again. */
export async function logChange<C extends Change>(
	store: Hpkv,
	room: string,
	clock: () => number,
	mark: (m: number) => Promise<C>
): Promise<C> {
	for (let tries = 1; ; tries++) {
		const startedAt = clock();
		const change = await mark(await store.increment(keys.changeCount(room)));
		await store.set(keys.change(room, change.m), JSON.stringify(change));
		if (clock() - startedAt <= LATE_AFTER || tries === MAX_LATE_REPEATS) return change;
	}
}
