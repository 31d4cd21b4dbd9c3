/** A message with all its changes. Of each property the highest change number counts, so any order and repeats give the same result. */
import { MAX_REACTION_KINDS } from '../limits.ts';
import type { Answered } from './answered.ts';
import type { Change } from './change.ts';
import type { ChatMessage, Mentioned } from './message.ts';

export interface Reaction {
	emoji: string;
	person: string;
	name: string;
	m: number;
	/** False for a removed reaction, which is kept: an earlier change that arrives late must not add it again. */
	on: boolean;
}

export interface ShownMessage extends ChatMessage {
	mentions?: readonly Mentioned[];
	edited?: { m: number; timestamp: number };
	/** The card of a reply; absent until it is loaded. */
	answered?: Answered;
	/** In the order of their changes. */
	reactions?: readonly Reaction[];
	/** What has happened in the room behind the message, and, `above`, before it. */
	line?: { m: number; text: string; above?: string };
}

/** The number of an unnumbered change, above all numbered changes. */
export const UNNUMBERED = Number.MAX_SAFE_INTEGER;

export function changed(message: ShownMessage, change: Change): ShownMessage {
	if (change.kind === 'line') {
		const { m, text, above } = change;
		return m > (message.line?.m ?? 0) ? { ...message, line: { m, text, above } } : message;
	}
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
			// A repeat returns the same object, so that it is not rendered again.
			return reactions === held ? message : { ...message, reactions };
		}
		case 'late':
			return message;
	}
}

export function tombstone({ n, id, room, person, sender, timestamp, line }: ShownMessage): ShownMessage {
	return { n, id, room, person, sender, message: '', timestamp, deleted: true, line };
}

/** Inserts in the order of changes; a new reaction is mostly the newest, so one pass is enough. */
function withReaction(reactions: readonly Reaction[], { emoji, person, name, m, on }: Reaction): readonly Reaction[] {
	const same = reactions.find((held) => held.emoji === emoji && held.person === person);
	if (same && same.m >= m) return reactions;
	const others = reactions.filter((held) => held !== same);
	const before = others.findLastIndex((held) => held.m <= m) + 1;
	return [...others.slice(0, before), { emoji, person, name, m, on }, ...others.slice(before)];
}

/** Active reactions by emoji, in order of first use. */
export function tally(reactions: readonly Reaction[] = []): { emoji: string; people: readonly Reaction[] }[] {
	const byEmoji = new Map<string, Reaction[]>();
	for (const reaction of reactions) {
		if (!reaction.on) continue;
		const people = byEmoji.get(reaction.emoji);
		if (people) people.push(reaction);
		else byEmoji.set(reaction.emoji, [reaction]);
	}
	// Two concurrent requests can add the last kind: all pages show the earlier one.
	return [...byEmoji].slice(0, MAX_REACTION_KINDS).map(([emoji, people]) => ({ emoji, people }));
}
