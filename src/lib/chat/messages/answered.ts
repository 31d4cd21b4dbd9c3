import type { Change } from './change.ts';

export interface Answered {
	/** Absent if the reader may not see the message. */
	sender?: string;
	/** One line without markup; empty if deleted. */
	text: string;
	/** As typed, with its markup: taken from a message or an edit on an open page. */
	typed?: true;
	deleted?: true;
	/** Number of the edit that the text is of. */
	m?: number;
}

/** The card after a change of the answered message, in any order and with repeats. */
export function changedCard(card: Answered, { kind, m, ...change }: Change): Answered {
	if (card.deleted) return card;
	if (kind === 'delete') return { sender: card.sender, text: '', deleted: true };
	if (kind !== 'edit' || !('message' in change) || change.message === undefined || m <= (card.m ?? 0)) return card;
	return { sender: card.sender, text: change.message, typed: true, m };
}
