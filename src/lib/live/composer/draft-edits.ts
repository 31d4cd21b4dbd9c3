/** Unfinished edits, kept in the browser: a reload or Escape must not lose them. */
import { MAX_KEPT_EDITS } from '../../chat/limits.ts';
import { browserKeep } from './browser-storage.ts';

interface KeptEdit {
	id: string;
	text: string;
	/** Last written in, by this browser's clock. */
	at: number;
}

const keep = browserKeep('parley:edit:', (value): value is KeptEdit => {
	const { id, text, at } = (value ?? {}) as Partial<Record<keyof KeptEdit, unknown>>;
	return typeof id === 'string' && typeof text === 'string' && typeof at === 'number';
});

export function keptEdit(room: string, person: string, n: number) {
	const id = `${room}:${person}:${n}`;
	return {
		read: () => keep.all(id).find((kept) => kept.id === id)?.text,
		write: (text: string) => {
			keep.put(id, { id, text, at: Date.now() });
			const tooMany = keep
				.all()
				.sort((a, b) => b.at - a.at)
				.slice(MAX_KEPT_EDITS);
			for (const oldest of tooMany) keep.drop(oldest.id);
		},
		drop: () => keep.drop(id)
	};
}
