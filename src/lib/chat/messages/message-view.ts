/**
 * A message as people see it: as it was sent, with everything that has happened to it since. A page finds that in the
 * marks filed under its messages, an open page hears it as changes; both come to the same, whatever the order and however
 * often a change is heard, because for each thing that can change the highest change number counts.
 */
import { MAX_REACTION_KINDS } from '../limits.ts';
import type { Change } from './change.ts';
import type { ChatMessage, Mentioned } from './message.ts';

export interface Reaction {
	emoji: string;
	person: string;
	name: string;
	/** The change that put it on or took it off. */
	m: number;
	/** A reaction that was taken off is remembered: an earlier change that comes late must not put it on again. */
	on: boolean;
}

export interface ShownMessage extends ChatMessage {
	/** Whom it mentions, where that was looked for. */
	mentions?: readonly Mentioned[];
	/** When it was edited, and by which change. */
	edited?: { m: number; timestamp: number };
	/** Everybody's, in the order of their changes. */
	reactions?: readonly Reaction[];
}

/** A change that the server has not numbered yet counts above all that it has. */
export const UNNUMBERED = Number.MAX_SAFE_INTEGER;

/** `message` after `change`, which must be one of its own. */
export function changed(message: ShownMessage, change: Change): ShownMessage {
	if (message.deleted) return message;
	switch (change.kind) {
		case 'delete':
			return tombstone(message);
		case 'edit': {
			const { m, timestamp, message: text, mentions } = change;
			if (text === undefined || m <= (message.edited?.m ?? 0)) return message;
			return { ...message, message: text, mentions, edited: { m, timestamp } };
		}
		case 'react': {
			const held = message.reactions ?? [];
			const reactions = withReaction(held, change);
			// Heard before: the message stays the same object, and is not drawn again.
			return reactions === held ? message : { ...message, reactions };
		}
		case 'late':
			return message;
	}
}

/** What a deletion leaves. */
export function tombstone({ n, id, room, person, sender, timestamp }: ChatMessage): ChatMessage {
	return { n, id, room, person, sender, message: '', timestamp, deleted: true };
}

/** In the order of the changes; one more is mostly the newest, so it costs one pass. */
function withReaction(reactions: readonly Reaction[], { emoji, person, name, m, on }: Reaction): readonly Reaction[] {
	const same = reactions.find((held) => held.emoji === emoji && held.person === person);
	if (same && same.m >= m) return reactions;
	const others = reactions.filter((held) => held !== same);
	const before = others.findLastIndex((held) => held.m <= m) + 1;
	return [...others.slice(0, before), { emoji, person, name, m, on }, ...others.slice(before)];
}

/** The emoji that somebody has put on, each with whose, in the order in which they first came. */
export function tally(reactions: readonly Reaction[] = []): { emoji: string; people: readonly Reaction[] }[] {
	const byEmoji = new Map<string, Reaction[]>();
	for (const reaction of reactions) {
		if (!reaction.on) continue;
		const people = byEmoji.get(reaction.emoji);
		if (people) people.push(reaction);
		else byEmoji.set(reaction.emoji, [reaction]);
	}
	// Two people who add the last kind at once may both have been let through: everybody is shown the earlier one.
	return [...byEmoji].slice(0, MAX_REACTION_KINDS).map(([emoji, people]) => ({ emoji, people }));
}
