/** Who is in a room. */
export interface Here {
	/** People, not pages. */
	count: number;
	/** There are more: it is not counted on. */
	full?: boolean;
	/** Some of them, where there are many. */
	names: readonly string[];
	/** When the server looked, by its clock: an older answer does not take the place of a newer one. */
	at: number;
}

/** A page that is looked at says so this often, in milliseconds. */
export const BEAT = 24_000;

/** What is heard, checked by hand: zod is too heavy for a reader. */
export const isHere = (value: unknown): value is Here => Array.isArray((value as Partial<Here> | undefined)?.names);
