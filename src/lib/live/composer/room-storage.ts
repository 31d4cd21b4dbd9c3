/** A room's outbox and drafts in the browser. Keyed by the room's id: a draft never appears in another room. */
import type { Reply } from '../../chat/composer/reply.ts';
import { browserKeep } from './browser-storage.ts';
import type { OutboxStorage, Unsent } from './Outbox.svelte.ts';

const TEXTS = ['id', 'day', 'person', 'sender', 'message'] as const;

function isUnsent(value: unknown): value is Unsent {
	if (typeof value !== 'object' || value === null) return false;
	const unsent = value as Record<string, unknown>;
	// Format of earlier releases.
	if (unsent.unreached) unsent.state = 'waiting';
	return (
		TEXTS.every((name) => typeof unsent[name] === 'string') &&
		typeof unsent.timestamp === 'number' &&
		['sending', 'waiting', 'failed'].includes(unsent.state as string)
	);
}

/** Both writes take effect before their function returns a promise, so a page that is killed after the call has stored them. */
export function localOutboxStorage(room: string): OutboxStorage {
	const keep = browserKeep(`parley:unsent:${room}:`, isUnsent);
	return {
		load: () => Promise.resolve(keep.all()),
		save: (unsent) => Promise.resolve(keep.put(unsent.id, unsent)),
		remove: (id) => Promise.resolve(keep.drop(id))
	};
}

export interface Draft {
	read(): string;
	write(text: string): void;
	/** Drops the draft after a send. A draft that another tab wrote since, under the same key, stays. */
	sent(text: string): void;
	reply(): Reply | undefined;
	answer(reply: Reply | undefined): void;
	/** Writes `text` again if another tab drops a different draft of the same key. @returns a function that stops it */
	share(text: () => string): () => void;
}

/** A release before stored a quote in place of the number. */
const isReply = (value: unknown): value is Reply => {
	const { re, quote, sender, text } = (value ?? {}) as Partial<Record<keyof Reply, unknown>>;
	return [quote ?? '', sender, text].every((each) => typeof each === 'string') && (Number(re) > 0 || !!quote);
};

export function keptDraft(room: string, person: string): Draft {
	const prefix = `parley:draft:${room}:`;
	const keep = browserKeep(prefix, (value) => typeof value === 'string');
	const replies = browserKeep(`parley:reply:${room}:`, isReply);
	const draft: Draft = {
		read: () => keep.all(person)[0] ?? '',
		write: (text) => (text.trim() === '' ? keep.drop(person) : keep.put(person, text)),
		sent: (text) => text.includes(draft.read()) && keep.drop(person),
		reply: () => replies.all(person)[0],
		answer: (reply) => (reply ? replies.put(person, reply) : replies.drop(person)),
		share: (text) => {
			const listening = new AbortController();
			const dropped = ({ key, oldValue, newValue }: StorageEvent) => {
				if (key === prefix + person && newValue === null && oldValue !== JSON.stringify(text())) draft.write(text());
			};
			addEventListener('storage', dropped, { signal: listening.signal });
			return () => listening.abort();
		}
	};
	return draft;
}
