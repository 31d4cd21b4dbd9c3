import type { Block } from '../../chat/markup/blocks.ts';
import type { Read, ReadMessage } from '../../chat/markup/parse-messages.ts';
import { lazy } from '../../lazy.ts';
import { asParagraph, hasMarkup } from '../../chat/markup/has-markup.ts';

/** Each is asked for by itself: what depends on the names alone must not be read again with each message that comes. */
interface Scene {
	messages: () => readonly (ReadMessage & { n: number })[];
	read: () => Read | undefined;
	/** Whom a message may mention where that was not looked for, a line each. */
	names: () => string;
	/** Who reads: their id, and their name. */
	me: () => string | undefined;
	myName: () => string | undefined;
}

/** The code that reads. What came with the page was read by the server, so it is loaded for what comes after. */
let reader = $state.raw<typeof import('../../chat/markup/markup.lazy.ts')>();
let asked = false;
const code = lazy(() => import('../../chat/markup/markup.lazy.ts'));

function askForReader(): void {
	if (asked) return;
	asked = true;
	void code().then((loaded) => {
		reader = loaded;
		// Without it, the text stays as it was typed, and the next one asks again.
		asked = loaded !== undefined;
	});
}

/** The same for messages that say the same. */
const textOf = ({ message, mentions }: ReadMessage) => JSON.stringify([message, mentions]);

/** What the messages of a page say. */
export class MarkupReader {
	readonly #scene: Scene;
	readonly #given: ReadonlyMap<string, readonly Block[]>;
	readonly #known = $derived.by(() => {
		const { names, myName } = this.#scene;
		return reader && new reader.MentionMatcher(names().split('\n'), myName());
	});

	constructor(scene: Scene) {
		this.#scene = scene;
		const read = scene.read();
		this.#given = new Map(
			scene.messages().flatMap((message) => (read?.[message.n] ? [[textOf(message), read[message.n] ?? []]] : []))
		);
	}

	blocks(message: ReadMessage): readonly Block[] {
		const { message: text, mentions } = message;
		if (!hasMarkup(text)) return asParagraph(text);
		if (reader) {
			// Without an @ it mentions nobody, and need not be read again when somebody new writes.
			if (!text.includes('@')) return reader.markup(text);
			return reader.markup(text, mentions ? reader.mentionMatcherFor(mentions, this.#scene.me()) : this.#known);
		}
		const given = this.#given.get(textOf(message));
		if (!given) askForReader();
		return given ?? asParagraph(text);
	}

	/** Where there is no room for its form. */
	plain(text: string): string {
		return reader ? reader.plain(text) : text;
	}
}
