import type { Named } from './named.ts';

/** By the claims of the first `parts` parts. */
export interface Decided<V> {
	parts: number;
	/** Whose a spelling or look is, by the claims that count. */
	held: ReadonlyMap<string, V>;
	/** How many spellings a person has, by id. */
	spellings: ReadonlyMap<string, number>;
}

export function withClaims<V extends Named>(
	{ marks }: { marks: (name: string) => string[] },
	{ parts, ...before }: Decided<V>,
	{ claims }: { claims: readonly V[] }
): Decided<V> {
	const held = new Map(before.held);
	const spellings = new Map(before.spellings);
	for (const claimed of claims) {
		const of = marks(claimed.name);
		if (of.some((mark) => (held.get(mark) ?? claimed).id !== claimed.id)) continue;
		if (!held.has(of[0] ?? '')) spellings.set(claimed.id, (spellings.get(claimed.id) ?? 0) + 1);
		for (const mark of of) if (!held.has(mark)) held.set(mark, claimed);
	}
	return { parts: parts + 1, held, spellings };
}
