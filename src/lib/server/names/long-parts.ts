/** What long parts of logs of names have decided, kept by this process: they are final. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { KEPT_NAME_LOGS } from '../../chat/limits.ts';
import type { Decided } from './decided.ts';
import type { Named } from './named.ts';

/** By store and log; the oldest are forgotten first. */
export class LongParts {
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
		if (logs.size > KEPT_NAME_LOGS && oldest !== undefined) logs.delete(oldest);
	}
}
