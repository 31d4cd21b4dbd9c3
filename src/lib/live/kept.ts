/** What a room keeps in the browser. Keyed by the room's id: a draft never appears in another room. */
import { browserKeep, type Keep } from './keep.ts';
import type { Unsent } from './Outbox.svelte.ts';

const TEXTS = ['id', 'day', 'person', 'sender', 'message'] as const;

function isUnsent(value: unknown): value is Unsent {
	if (typeof value !== 'object' || value === null) return false;
	const unsent = value as Record<string, unknown>;
	return (
		TEXTS.every((name) => typeof unsent[name] === 'string') &&
		typeof unsent.timestamp === 'number' &&
		(unsent.state === 'sending' || unsent.state === 'failed')
	);
}

export const keptUnsent = (room: string): Keep<Unsent> => browserKeep(`parley:unsent:${room}:`, isUnsent);

/** What a person has begun to write in a room. */
export interface Draft {
	read(): string;
	write(text: string): void;
}

export function keptDraft(room: string, person: string): Draft {
	const keep = browserKeep(`parley:draft:${room}:`, (value) => typeof value === 'string');
	return {
		read: () => keep.all(person)[0] ?? '',
		write: (text) => (text.trim() === '' ? keep.drop(person) : keep.put(person, text))
	};
}
