/** The people whom a page knows by name: a mention of one of them is shown as one, and any other `@` is text. */
import { mentionOf } from './mention.ts';

export interface Mention {
	/** Where it ends. */
	end: number;
	me: boolean;
}

export class Known {
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
				const held = found.get(index);
				found.set(index, {
					end: Math.max(held?.end ?? 0, index + mention.length),
					me: held?.me === true || name === this.#me
				});
			}
		}
		return found;
	}
}
