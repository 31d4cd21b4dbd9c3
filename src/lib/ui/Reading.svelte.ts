import type { Block } from '../chat/markup.ts';
import type { Read } from '../chat/read.ts';
import { asParagraph, hasSigns } from '../chat/signs.ts';

interface Scene {
	messages: readonly { n: number; message: string }[];
	read?: Read;
	/** Whom a mention may mean, a line each, and who of them reads. */
	names: string;
	me?: string;
}

/** The code that reads. What came with the page was read by the server, so it is loaded for what comes after. */
let reader = $state.raw<typeof import('../chat/reader.ts')>();
let asked = false;

function askForReader(): void {
	if (asked) return;
	asked = true;
	import('../chat/reader.ts').then(
		(loaded) => (reader = loaded),
		// Not reached: the text stands as it was typed, and the next one asks again.
		() => (asked = false)
	);
}

/** What the messages of a page say. */
export class Reading {
	readonly #scene: () => Scene;
	readonly #given: ReadonlyMap<string, readonly Block[]>;
	readonly #known = $derived.by(() => {
		const { names, me } = this.#scene();
		return reader && new reader.Known(names.split('\n'), me);
	});

	constructor(scene: () => Scene) {
		this.#scene = scene;
		const { messages, read } = scene();
		this.#given = new Map(messages.flatMap(({ n, message }) => (read?.[n] ? [[message, read[n]]] : [])));
	}

	blocks(text: string): readonly Block[] {
		if (!hasSigns(text)) return asParagraph(text);
		if (reader) return reader.markup(text, this.#known);
		const given = this.#given.get(text);
		if (!given) askForReader();
		return given ?? asParagraph(text);
	}

	/** Where there is no room for its form. */
	plain(text: string): string {
		return reader ? reader.plain(text) : text;
	}
}
