export interface Typist {
	person: string;
	name: string;
	/** Time of the beat on the server's clock. */
	at: number;
}

/** Milliseconds between two typing beats, and for how long one is shown. */
export const TYPING_EVERY = 3_000;
export const TYPING_FOR = 5_000;

export function typingText(names: readonly string[]): string {
	const [first, second] = names;
	if (!second) return first ? `${first} is typing…` : '';
	return `${names.length > 2 ? `${names.length} people` : `${first} and ${second}`} are typing…`;
}

/** Checked by hand: zod is too large for a reader. */
export function isTypist(value: unknown): value is Typist {
	const { person, name, at } = (value ?? {}) as Partial<Record<keyof Typist, unknown>>;
	return typeof person === 'string' && typeof name === 'string' && typeof at === 'number';
}
