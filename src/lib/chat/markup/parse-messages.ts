import { MentionMatcher } from './mention-matcher.ts';
import { markup, type Block } from './blocks.ts';
import type { Mentioned } from '../messages/message.ts';
import { hasMarkup } from './has-markup.ts';

/** A message, as far as its text is read. */
export interface ReadMessage {
	message: string;
	/** Whom it mentions, where that was looked for. */
	mentions?: readonly Mentioned[];
}

/** What messages say, by their numbers; those without a sign in them say their text. */
export type Read = Readonly<Record<number, readonly Block[]>>;

/** Who reads. */
interface Me {
	person: string;
	name: string;
}

/** The people whom a message mentions. */
export function mentionMatcherFor(mentions: readonly Mentioned[], me?: string): MentionMatcher {
	const mine = mentions.find(({ person }) => person === me);
	const names = mentions.map(({ name }) => name);
	return new MentionMatcher(names, mine?.name);
}

/** Reads a page. A message from before mentions were noted may mention those who wrote on the page, or the reader. */
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
