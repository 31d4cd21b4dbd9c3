/**
 * What people do to messages that are sent: edit, delete, react. Nothing is read, changed and written back: each of these
 * makes a new key, sets one that says the same whoever sets it, or appends. None needs a claim, because all are
 * idempotent: done twice, they come to the same. The mark comes first, then the entry in the change log, so that whoever
 * knows of a change finds it on the page as well.
 */
import { StoreRefused, type Hpkv } from '../../hpkv/client/hpkv.ts';
import { EditMark, type Change } from '../chat/change.ts';
import { LATE_AFTER } from '../chat/cursor.ts';
import { messageText } from '../chat/draft.ts';
import { keys, readMarkKey } from '../chat/keys.ts';
import { StoredMessage, type ChatMessage, type Mentioned } from '../chat/message.ts';
import { preview } from '../chat/preview.ts';
import { isEmoji, writeReactionToken } from '../chat/reaction.ts';
import { LastMessage } from '../chat/room.ts';
import { tombstone, type ShownMessage } from '../chat/shown.ts';
import { encodeName, isDeleted, readMentioned } from './marks.ts';
import { forgetMentions } from './mentions.ts';
import { parsed } from './parsed.ts';
import { readRange } from './ranges.ts';

export type ChangeRefusal =
	'gone' | 'deleted' | 'not-yours' | 'empty' | 'too-long' | 'too-many-bytes' | 'too-often' | 'no-emoji';
export type Changed = { ok: true; change: Change } | { ok: false; because: ChangeRefusal };

/** Whose message is gone. */
type Removed = Changed & { author?: string };

/** Which message, and who wants it changed. */
export interface Target {
	room: string;
	n: number;
	person: string;
}

/** Texts that are looked through for names: the one before the edit, its own, and those of a few edits made at the same time. */
const MAX_TEXTS = 5;

/** How often a change is written again because it was stored too late to be waited for. */
const REPEATS = 3;

const refused = (because: ChangeRefusal): Changed => ({ ok: false, because });

/** Gives one's own message another text. */
export async function edit(store: Hpkv, target: Target, typed: string, clock: () => number): Promise<Changed> {
	const { room, n, person } = target;
	const standing = await readMessage(store, room, n);
	if (!standing) return refused('gone');
	if (standing.person !== person) return refused('not-yours');
	if (standing.deleted) {
		// An edit that died just after it wrote may have left its text behind: its retry takes it out.
		await eraseEdits(store, room, n);
		return refused('deleted');
	}
	const text = messageText(typed);
	if (!text.ok) return refused(text.because);
	const message = text.text;
	// The record of the edit is at most as long as the record with this text.
	if (Buffer.byteLength(JSON.stringify({ ...standing, message })) > store.maxValueBytes)
		return refused('too-many-bytes');

	const timestamp = clock();
	const change = await log(store, room, clock, async (m): Promise<Change> => {
		await store.set(keys.markEdited(room, n, m), JSON.stringify({ message, timestamp }));
		return { kind: 'edit', m, n, timestamp };
	});
	if (await isDeleted(store, room, n)) {
		await eraseEdit(store, room, n, change.m, timestamp);
		return refused('deleted');
	}
	return { ok: true, change: { kind: 'edit', m: change.m, n, timestamp, message } };
}

/**
 * Takes every text but the newest and the first out of the store. Called once whom the newest mentions is filed: until then
 * the earlier texts tell who was mentioned before. The newest is never taken, so whatever dies or comes at once, it is left,
 * and whoever writes last leaves nothing else.
 */
export async function eraseEarlierEdits(store: Hpkv, room: string, n: number): Promise<void> {
	const edits = await readEdits(store, room, n);
	for (const { m, timestamp } of edits.slice(0, -1)) await eraseEdit(store, room, n, m, timestamp);
}

/** Takes a message's text out of the store, with all its versions: one's own, or any for an operator. */
export async function remove(
	store: Hpkv,
	{ room, n, person }: Target,
	operator: boolean,
	clock: () => number
): Promise<Removed> {
	const standing = await readMessage(store, room, n);
	if (!standing) return refused('gone');
	if (standing.person !== person && !operator) return refused('not-yours');
	const timestamp = clock();
	// From here on, whoever has just written text of this message finds the mark and takes it out again.
	await store.set(keys.markDeleted(room, n), JSON.stringify({ person, timestamp }));
	await forgetMentions(store, standing, (await readTexts(store, standing)).texts);
	await store.set(keys.message(room, n), JSON.stringify(tombstone(standing)));
	await eraseEdits(store, room, n);
	await mendLast(store, room, n);
	const change = await log(store, room, clock, (m) => Promise.resolve({ kind: 'delete', m, n, timestamp }));
	return { ok: true, change, author: standing.person };
}

/** Puts one's emoji under a message, or takes it off. */
export async function react(
	store: Hpkv,
	{ room, n, person }: Target,
	{ name, emoji, on }: { name: string; emoji: string; on: boolean },
	clock: () => number
): Promise<Changed> {
	if (!isEmoji(emoji)) return refused('no-emoji');
	const standing = await readMessage(store, room, n);
	if (!standing) return refused('gone');
	if (standing.deleted) return refused('deleted');
	const timestamp = clock();
	try {
		const change = await log(store, room, clock, async (m) => {
			const token = writeReactionToken({ m, on, name }, encodeName(name));
			await store.patch(keys.markReacted(room, n, person, emoji), token);
			return { kind: 'react', m, n, timestamp, person, name, emoji, on };
		});
		return { ok: true, change };
	} catch (error) {
		// The tokens of this one mind have filled their record.
		if (error instanceof StoreRefused) return refused('too-often');
		throw error;
	}
}

/** Takes the text out of the room list's preview, if it shows this message. */
export async function mendLast(store: Hpkv, room: string, n: number): Promise<void> {
	const last = parsed(LastMessage, await store.get(keys.last(room)));
	if (last?.n === n && last.text !== '') await store.set(keys.last(room), JSON.stringify({ ...last, text: '' }));
}

/** Shows an edited message in the room list, if it is the newest there. */
export async function refreshLast(store: Hpkv, message: ChatMessage): Promise<void> {
	const { room, n } = message;
	const last = parsed(LastMessage, await store.get(keys.last(room)));
	if (last?.n !== n) return;
	await store.set(keys.last(room), JSON.stringify(preview(message)));
	if (await isDeleted(store, room, n)) await mendLast(store, room, n);
}

export async function readMessage(store: Hpkv, room: string, n: number): Promise<ChatMessage | undefined> {
	const standing = parsed(StoredMessage, await store.get(keys.message(room, n)));
	return standing && 'id' in standing ? standing : undefined;
}

/**
 * Gives a change its number, has its mark written, and logs it. One that was stored so late that readers may have settled
 * its number is written again under another.
 */
async function log<C extends Change>(
	store: Hpkv,
	room: string,
	clock: () => number,
	mark: (m: number) => Promise<C>
): Promise<C> {
	for (let tries = 1; ; tries++) {
		const begun = clock();
		const change = await mark(await store.increment(keys.changeCount(room)));
		await store.set(keys.change(room, change.m), JSON.stringify(change));
		if (clock() - begun <= LATE_AFTER || tries === REPEATS) return change;
	}
}

/** A message's text as it was sent, and those of its edits that are still there; the last is the one it has. */
export interface Texts {
	texts: string[];
	/** The newest edit's number; 0 without one. */
	newest: number;
}

export async function readTexts(store: Hpkv, { room, n, message }: ChatMessage): Promise<Texts> {
	const edits = await readEdits(store, room, n);
	return {
		texts: [message, ...edits.slice(-MAX_TEXTS).flatMap((edit) => edit.message ?? [])],
		newest: edits.at(-1)?.m ?? 0
	};
}

/** The newest text of a message that was edited. */
export interface NewestEdit {
	m: number;
	timestamp: number;
	message: string;
	mentions?: readonly Mentioned[];
}

export async function readNewestEdit(store: Hpkv, room: string, n: number): Promise<NewestEdit | undefined> {
	const newest = (await readEdits(store, room, n)).at(-1);
	if (newest?.message === undefined) return undefined;
	const mentions = newest.message.includes('@') ? await readMentioned(store, room, n) : undefined;
	return { ...newest, message: newest.message, mentions };
}

/** The message with its newest text. */
export async function readEdited(store: Hpkv, message: ChatMessage): Promise<ShownMessage> {
	const edit = message.deleted ? undefined : await readNewestEdit(store, message.room, message.n);
	if (!edit) return message;
	const { m, timestamp, mentions } = edit;
	return { ...message, message: edit.message, mentions, edited: { m, timestamp } };
}

/** The edits of a message whose records are there, ascending: one, and those that were made at the same time. */
async function readEdits(store: Hpkv, room: string, n: number): Promise<({ m: number } & EditMark)[]> {
	return (await readRange(store, keys.edits(room, n))).flatMap(({ key, value }) => {
		const mark = readMarkKey(key);
		return mark?.kind === 'edited' ? { m: mark.m, ...(parsed(EditMark, value) ?? { timestamp: 0 }) } : [];
	});
}

async function eraseEdits(store: Hpkv, room: string, n: number): Promise<void> {
	for (const { m, timestamp } of await readEdits(store, room, n)) await eraseEdit(store, room, n, m, timestamp);
}

/** Takes an edit's text out of the store. Its entry in the log has held it as well, before 2026-12. */
async function eraseEdit(store: Hpkv, room: string, n: number, m: number, timestamp: number): Promise<void> {
	const entry: Change = { kind: 'edit', m, n, timestamp };
	await store.set(keys.change(room, m), JSON.stringify(entry));
	await store.delete(keys.markEdited(room, n, m));
}
