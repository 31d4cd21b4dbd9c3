/** What happened in one room, as everybody who took part saw it: the only thing that the checker believes. */
import { performance } from 'node:perf_hooks';

/** A message as somebody sees it. One of my own that is not acknowledged has no number yet. */
export interface Entry {
	n?: number;
	/** The id of the send that made it. */
	id: string;
	text: string;
}

export type Event = { at: number; who: string } & (
	| { kind: 'invoked'; id: string; text: string }
	/** The server said that it is stored, and under which number if it told. */
	| { kind: 'acknowledged'; id: string; n?: number }
	/** The server said that it is not, and never will be under this id. */
	| { kind: 'failed'; id: string }
	/** Nothing was heard, or nothing that says what became of it. */
	| { kind: 'unknown'; id: string }
	/** An edit, or (without a text) a deletion, was acknowledged. */
	| { kind: 'changed'; id: string; text: string | undefined }
	/** A reader's page is another one: `keep` entries of what it was, then `tail`. */
	| { kind: 'shown'; keep: number; tail: readonly Entry[] }
	/** A reader begins at this number: older messages are on other pages. `complete`: it should have all that follow. */
	| { kind: 'opened'; from: number; complete: boolean }
);

type Told = Event extends infer E ? (E extends Event ? Omit<E, 'at' | 'who'> : never) : never;

export class History {
	readonly events: Event[] = [];
	readonly #pages = new Map<string, readonly Entry[]>();
	readonly #ids = new Map<string, string>();
	readonly #invoked = new Set<string>();

	tell(who: string, told: Told): void {
		this.events.push({ at: performance.now(), who, ...told });
		if (told.kind !== 'invoked') return;
		this.#ids.set(told.text, told.id);
		this.#invoked.add(told.id);
	}

	/** A reader's page as it is now. Costs what changed, not what stands there. */
	show(who: string, shown: readonly Entry[]): void {
		const page = shown.map((entry) => this.known(entry));
		const earlier = this.#pages.get(who) ?? [];
		let keep = 0;
		while (keep < page.length && keep < earlier.length && same(page[keep], earlier[keep])) keep++;
		if (keep === page.length && keep === earlier.length) return;
		this.#pages.set(who, page);
		this.tell(who, { kind: 'shown', keep, tail: page.slice(keep) });
	}

	/** What a browser sent has an id that only it knows: here it goes by its text. */
	known(entry: Entry): Entry {
		return this.#invoked.has(entry.id) ? entry : { ...entry, id: this.idOf(entry.text) };
	}

	/** Whether a reader shows this text now. */
	shows(who: string, text: string): boolean {
		return this.#pages.get(who)?.some((entry) => entry.text === text) ?? false;
	}

	/** The id of the send of this text: a page in a browser shows no ids. Texts are unique. */
	idOf(text: string): string {
		return this.#ids.get(text) ?? `nobody's: ${text}`;
	}
}

const same = (a: Entry | undefined, b: Entry | undefined) => a?.n === b?.n && a?.id === b?.id && a?.text === b?.text;
