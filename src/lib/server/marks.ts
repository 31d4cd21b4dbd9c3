import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { EditMark } from '../chat/change.ts';
import { keys, readMarkKey } from '../chat/keys.ts';
import { StoredMessage, type ChatMessage } from '../chat/message.ts';
import { readReaction } from '../chat/reaction.ts';
import { changed, tombstone, type ShownMessage } from '../chat/shown.ts';
import { parsed } from './parsed.ts';
import { readRange } from './ranges.ts';

/** What stands under a message number, with everything that has happened to it. */
export type Shown = ShownMessage | Exclude<StoredMessage, ChatMessage>;

/** The numbers `from` to `to` of a room, ascending: two ranges, asked for together. */
export async function readShown(store: Hpkv, room: string, from: number, to: number): Promise<Shown[]> {
	const [records, marks] = await Promise.all([
		readRange(store, keys.messages(room, from, to)),
		readRange(store, keys.marks(room, from, to))
	]);
	const byNumber = new Map<number, ShownMessage>();
	const shown = records.flatMap(({ value }) => parsed(StoredMessage, value) ?? []);
	for (const message of shown) if (isMessage(message)) byNumber.set(message.n, message);
	for (const { key, value } of marks) {
		const mark = readMarkKey(key);
		const message = mark && byNumber.get(mark.n);
		if (message) byNumber.set(mark.n, marked(message, mark, value));
	}
	return shown.map((entry) => byNumber.get(entry.n) ?? entry);
}

/** Whoever writes text of a message asks afterwards: a deletion wins over a late write. */
export async function isDeleted(store: Hpkv, room: string, n: number): Promise<boolean> {
	return (await store.get(keys.markDeleted(room, n))) !== undefined;
}

export const isMessage = <M extends ChatMessage>(shown: M | Exclude<StoredMessage, ChatMessage>): shown is M =>
	'id' in shown;

function marked(message: ShownMessage, mark: NonNullable<ReturnType<typeof readMarkKey>>, value: string): ShownMessage {
	switch (mark.kind) {
		case 'deleted':
			return tombstone(message);
		case 'edited': {
			const edit = parsed(EditMark, value);
			return edit ? changed(message, { kind: 'edit', n: message.n, m: mark.m, ...edit }) : message;
		}
		case 'reacted': {
			const reaction = readReaction(value, decodeName);
			const { person, emoji } = mark;
			return reaction
				? changed(message, { kind: 'react', n: message.n, timestamp: 0, person, emoji, ...reaction })
				: message;
		}
	}
}

/** A name inside a token, which semicolons part. */
export const encodeName = (name: string) => Buffer.from(name).toString('base64url');
const decodeName = (encoded: string) => Buffer.from(encoded, 'base64url').toString();
