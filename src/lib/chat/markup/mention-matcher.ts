/** The people whom a message may mention: a mention of one of them is shown as one, and any other `@` is text. */
import { mentionOf } from './mention.ts';

export interface Mention {
	name: string;
	/** Where it ends. */
	end: number;
	me: boolean;
}

/** Where a text in composed form may mention somebody. `get` is asked for each `@` that is no part of code or an address. */
export interface Mentionable {
	mentionsIn(text: string): { get(at: number): Mention | undefined };
}

export class MentionMatcher implements Mentionable {
	readonly #names: readonly string[];
	readonly #me: string | undefined;
	#patterns?: readonly [name: string, pattern: RegExp][];

	constructor(names: readonly string[] = [], me?: string) {
		this.#names = names;
		this.#me = me;
	}

	/** The mentions in a text in composed form, by where they begin: of two names at one place, the longer. */
	mentionsIn(text: string): ReadonlyMap<number, Mention> {
		const found = new Map<number, Mention>();
		if (!text.includes('@')) return found;
		this.#patterns ??= this.#names.map((name) => [name, mentionOf(name)]);
		for (const [name, pattern] of this.#patterns) {
			for (const { index, 0: mention } of text.matchAll(pattern)) {
				const end = index + mention.length;
				if (end > (found.get(index)?.end ?? 0)) found.set(index, { name, end, me: name === this.#me });
			}
		}
		return found;
	}
}
