import { MAX_FOUND_NAMES, MAX_OFFERED_PEOPLE } from '../../chat/limits.ts';
import { searchable } from '../../chat/search/name-search.ts';
import { ANSWER_TIMEOUT_MS } from '../connection/answer-timeout.ts';

const PAUSE_MS = 150;

/** Looks up people who may read a room, while a name is typed after an `@`. Loaded with the first `@`. */
export class PeopleFinder {
	readonly #room: string;
	readonly #onfound: (names: readonly string[]) => void;
	/** Answered queries; `true` where the answer held everybody: longer queries find nobody else. */
	readonly #answered = new Map<string, boolean>();
	#names: readonly string[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** The server asks to wait until then, in `performance.now()` time. */
	#notBefore = 0;

	/** @param room its path. @param onfound receives all names that were found so far */
	constructor(room: string, onfound: (names: readonly string[]) => void) {
		this.#room = room;
		this.#onfound = onfound;
	}

	find(query: string): void {
		clearTimeout(this.#timer);
		if (!this.#isKnown(searchable(query))) this.#timer = setTimeout(() => void this.#ask(query), PAUSE_MS);
	}

	#isKnown(wanted: string): boolean {
		return [...this.#answered].some(([query, whole]) => (whole ? wanted.startsWith(query) : wanted === query));
	}

	async #ask(query: string): Promise<void> {
		if (performance.now() < this.#notBefore) return;
		try {
			// Not by `ask` of polite-fetch: a refusal must not hold up what the page needs.
			const response = await fetch(`${this.#room}/people.json?q=${encodeURIComponent(query)}`, {
				signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS)
			});
			const seconds = Number(response.headers.get('retry-after'));
			if (seconds > 0) this.#notBefore = performance.now() + seconds * 1_000;
			if (!response.ok) return;
			const { names } = (await response.json()) as { names: string[] };
			if (this.#answered.size >= MAX_FOUND_NAMES) this.#answered.clear();
			this.#answered.set(searchable(query), names.length < MAX_OFFERED_PEOPLE);
			this.#names = [...new Set([...names, ...this.#names])].slice(0, MAX_FOUND_NAMES);
			this.#onfound(this.#names);
		} catch {
			// Offline: the people on the page are offered all the same.
		}
	}
}
