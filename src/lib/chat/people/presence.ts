export interface Here {
	/** People, not pages. */
	count: number;
	/** The count stopped at its limit; more people are present. */
	full?: boolean;
	/** Only some names where many people are present. */
	names: readonly string[];
	ids?: readonly string[];
	/** Time of the count on the server's clock: an older answer must not replace a newer one. */
	at: number;
}

/** The people present without the reader, who is found by name: no two people have the same one. */
export function othersHere(here: Here, name: string | undefined): Here {
	const at = here.names.indexOf(name ?? '');
	const without = <Value>(list: readonly Value[] = []) => list.filter((_, i) => i !== at);
	return at < 0 ? here : { ...here, count: here.count - 1, names: without(here.names), ids: without(here.ids) };
}

export const BEAT_MS = 24_000;

/** Checked by hand: zod is too large for a reader. */
export const isHere = (value: unknown): value is Here => Array.isArray((value as Partial<Here> | undefined)?.names);
