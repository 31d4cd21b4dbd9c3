/** What the claims of one log of names decide (one-log.ts), and the memory of what its long parts have decided. */
import type { Hpkv } from '../../../hpkv/port.ts';
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

/** By store and log. Of one log up to half a megabyte; the oldest are forgotten first. */
export class LongParts {
	static readonly most = 100;
	readonly #byStore = new WeakMap<Hpkv, Map<string, Decided<Named>>>();

	of<V extends Named>(store: Hpkv, log: string): Decided<V> {
		const known = this.#byStore.get(store)?.get(log) as Decided<V> | undefined;
		return known ?? { parts: 0, held: new Map(), spellings: new Map() };
	}

	remember(store: Hpkv, log: string, decided: Decided<Named>): void {
		const logs = this.#byStore.get(store) ?? new Map<string, Decided<Named>>();
		this.#byStore.set(store, logs);
		// Two readers at once may come to different ends.
		if ((logs.get(log)?.parts ?? 0) >= decided.parts) return;
		logs.delete(log);
		logs.set(log, decided);
		const [oldest] = logs.keys();
		if (logs.size > LongParts.most && oldest !== undefined) logs.delete(oldest);
	}
}
