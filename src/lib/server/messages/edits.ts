/**
 * The texts that edits give a message. Each edit writes its own record, the highest number counts, and those before it are
 * taken away: a page reads one text for each message, and nobody is told an earlier one.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { EditMark, type Change } from '../../chat/messages/change.ts';
import { keys, readMarkKey } from '../../chat/storage/keys.ts';
import type { ChatMessage, Mentioned } from '../../chat/messages/message.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { readMentioned } from './annotations.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** Texts that are looked through for names: the one before the edit, its own, and those of a few edits made at the same time. */
const MAX_TEXTS = 5;

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

/** Takes the texts of all edits of a message out of the store. */
export async function eraseEdits(store: Hpkv, room: string, n: number): Promise<void> {
	for (const { m, timestamp } of await readEdits(store, room, n)) await eraseEdit(store, room, n, m, timestamp);
}

/** Takes an edit’s text out of the store. Its entry in the log has held it as well, before 2026-12. */
export async function eraseEdit(store: Hpkv, room: string, n: number, m: number, timestamp: number): Promise<void> {
	const entry: Change = { kind: 'edit', m, n, timestamp };
	await store.set(keys.change(room, m), JSON.stringify(entry));
	await store.delete(keys.markEdited(room, n, m));
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
