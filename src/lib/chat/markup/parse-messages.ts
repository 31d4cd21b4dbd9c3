import { isGroup } from './group-mentions.ts';
import { MentionMatcher } from './mention-matcher.ts';
import { markup, type Block } from './blocks.ts';
import type { Mentioned } from '../messages/message.ts';
import { hasMarkup } from './has-markup.ts';

export interface ReadMessage {
	message: string;
	/** Absent where mentions were not looked up. */
	mentions?: readonly Mentioned[];
}

/** Parsed messages by number; a message without markup has no entry. */
export type Read = Readonly<Record<number, readonly Block[]>>;

interface Me {
	person: string;
	name: string;
}

export function mentionMatcherFor(mentions: readonly Mentioned[], me?: string): MentionMatcher {
	const mine = mentions.filter((mentioned) => mentioned.person === me || isGroup(mentioned));
	const names = (of: readonly Mentioned[]) => of.map(({ name }) => name);
	return new MentionMatcher(names(mentions), ...names(mine));
}

/** A message from before mentions were stored may mention the authors on the page and the reader. */
export function read(messages: readonly (ReadMessage & { n: number; sender: string })[], me?: Me): Read {
	const onPage = new MentionMatcher(
		[...new Set(messages.map(({ sender }) => sender).concat(me?.name ?? []))],
		me?.name
	);
	const signed = messages.filter(({ message }) => hasMarkup(message));
	return Object.fromEntries(
		signed.map(({ n, message, mentions }) => [
			n,
			markup(message, mentions ? mentionMatcherFor(mentions, me?.person) : onPage)
		])
	);
}
