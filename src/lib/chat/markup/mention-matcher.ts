import { mentionOf } from './mention.ts';

export interface Mention {
	name: string;
	end: number;
	me: boolean;
}

/** Mentions in a text in composed form (NFC). `get` is called for each `@` outside code and addresses. */
export interface Mentionable {
	mentionsIn(text: string): { get(at: number): Mention | undefined };
}

export class MentionMatcher implements Mentionable {
	readonly #names: readonly string[];
	/** Names that are the reader's, and those of groups. */
	readonly #me: readonly (string | undefined)[];
	#patterns?: readonly [name: string, pattern: RegExp][];

	constructor(names: readonly string[] = [], ...me: readonly (string | undefined)[]) {
		this.#names = names;
		this.#me = me;
	}

	/** Mentions by start index; of two names at one index the longer wins. */
	mentionsIn(text: string): ReadonlyMap<number, Mention> {
		const found = new Map<number, Mention>();
		if (!text.includes('@')) return found;
		this.#patterns ??= this.#names.map((name) => [name, mentionOf(name)]);
		for (const [name, pattern] of this.#patterns) {
			for (const { index, 0: mention } of text.matchAll(pattern)) {
				const end = index + mention.length;
				if (end > (found.get(index)?.end ?? 0)) found.set(index, { name, end, me: this.#me.includes(name) });
			}
		}
		return found;
	}
}
