/** Each edit writes its own record, the highest number wins, and earlier records are erased. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { EditMark, type Change } from '../../chat/messages/change.ts';
import { keys, readMarkKey } from '../../chat/storage/keys.ts';
import type { ChatMessage, Mentioned } from '../../chat/messages/message.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { readMentioned } from './annotations.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** Texts searched for names: the one before the edit, its own, and those of a few concurrent edits. */
const MAX_TEXTS = 5;

/** The sent text and those of stored edits, ascending: the last is the current text. */
export interface Texts {
	texts: string[];
	newest: number;
}

export async function readTexts(store: Hpkv, { room, n, message }: ChatMessage): Promise<Texts> {
	const edits = await readEdits(store, room, n);
	return {
		texts: [message, ...edits.slice(-MAX_TEXTS).flatMap((edit) => edit.message ?? [])],
		newest: edits.at(-1)?.m ?? 0
	};
}

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

export async function readEdited(store: Hpkv, message: ChatMessage): Promise<ShownMessage> {
	const edit = message.deleted ? undefined : await readNewestEdit(store, message.room, message.n);
	if (!edit) return message;
	const { m, timestamp, mentions } = edit;
	return { ...message, message: edit.message, mentions, edited: { m, timestamp } };
}

async function readEdits(store: Hpkv, room: string, n: number): Promise<({ m: number } & EditMark)[]> {
	return (await readRange(store, keys.edits(room, n))).flatMap(({ key, value }) => {
		const mark = readMarkKey(key);
		return mark?.kind === 'edited' ? { m: mark.m, ...(parsed(EditMark, value) ?? { timestamp: 0 }) } : [];
	});
}

export async function eraseEdits(store: Hpkv, room: string, n: number): Promise<void> {
	for (const { m, timestamp } of await readEdits(store, room, n)) await eraseEdit(store, room, n, m, timestamp);
}

/** Erases an edit's text, also from its change log entry, which held the text before 2026-12. */
export async function eraseEdit(store: Hpkv, room: string, n: number, m: number, timestamp: number): Promise<void> {
	const entry: Change = { kind: 'edit', m, n, timestamp };
	await store.set(keys.change(room, m), JSON.stringify(entry));
	await store.delete(keys.markEdited(room, n, m));
}

/** Erases all texts but the first and the newest. Mentions must be moved before: earlier texts tell who was mentioned. */
export async function eraseEarlierEdits(store: Hpkv, room: string, n: number): Promise<void> {
	const edits = await readEdits(store, room, n);
	for (const { m, timestamp } of edits.slice(0, -1)) await eraseEdit(store, room, n, m, timestamp);
}
