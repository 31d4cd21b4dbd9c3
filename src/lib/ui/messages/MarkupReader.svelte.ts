import type { Answered } from '../../chat/messages/answered.ts';
import type { Block } from '../../chat/markup/blocks.ts';
import type { Read, ReadMessage } from '../../chat/markup/parse-messages.ts';
import { lazy } from '../../lazy.ts';
import { asParagraph, hasMarkup } from '../../chat/markup/has-markup.ts';

/** Separate getters: parts that depend on the names alone must not be computed again with each message. */
interface Scene {
	messages: () => readonly (ReadMessage & { n: number })[];
	read: () => Read | undefined;
	/** Names that a message may mention if its mentions were not resolved, one per line. */
	names: () => string;
	me: () => string | undefined;
	myName: () => string | undefined;
}

/** The parser. Loaded for messages that arrive later: the server parsed those of the page. */
let reader = $state.raw<typeof import('../../chat/markup/markup.lazy.ts')>();
let asked = false;
const code = lazy(() => import('../../chat/markup/markup.lazy.ts'));

function askForReader(): void {
	if (asked) return;
	asked = true;
	void code().then((loaded) => {
		reader = loaded;
		// On failure the text stays as it was typed, and the next message tries again.
		asked = loaded !== undefined;
	});
}

/** The text without its markup, once the parser is loaded. */
export const plainText = (text: string): string => (reader ? reader.plain(text) : text);

/** Equal for messages with equal text and mentions. */
const textOf = ({ message, mentions }: ReadMessage) => JSON.stringify([message, mentions]);

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

	line({ text, typed }: Answered): string {
		if (!typed || !hasMarkup(text)) return text;
		if (!reader) askForReader();
		return plainText(text);
	}

	blocks(message: ReadMessage): readonly Block[] {
		const { message: text, mentions } = message;
		if (!hasMarkup(text)) return asParagraph(text);
		if (reader) {
			// Text without an @ mentions nobody, and need not be parsed again for a new name.
			if (!text.includes('@')) return reader.markup(text);
			return reader.markup(text, mentions ? reader.mentionMatcherFor(mentions, this.#scene.me()) : this.#known);
		}
		const given = this.#given.get(textOf(message));
		if (!given) askForReader();
		return given ?? asParagraph(text);
	}
}
