/** Who bears tokens of which holders. A commit that drops a holder reaches its bearers before any later code runs. */
import { droppedHolder, generationIn } from '../../protocol/dropped.ts';
import type { Change } from '../../engine/engine.ts';
import type { Holder } from '../../port.ts';

/** A socket, or an upgrade that is under way. */
export interface Bearer {
	readonly holders: readonly Holder[];
	/** One of the holders was dropped. Must not wait. */
	drop(): void;
}

export class Bearers {
	readonly #byHolder = new Map<string, Set<Bearer>>();

	add(bearer: Bearer): void {
		for (const { id } of bearer.holders) {
			const bearers = this.#byHolder.get(id);
			if (bearers) bearers.add(bearer);
			else this.#byHolder.set(id, new Set([bearer]));
		}
	}

	remove(bearer: Bearer): void {
		for (const { id } of bearer.holders) {
			const bearers = this.#byHolder.get(id);
			if (bearers?.delete(bearer) && bearers.size === 0) this.#byHolder.delete(id);
		}
	}

	/** Drops who names another generation than was written. A record that is deleted, as old ones are, drops nobody. */
	changed(changes: readonly Change[]): void {
		for (const { key, value } of changes) {
			const holder = droppedHolder(key);
			if (holder === undefined || value === null) continue;
			const generation = generationIn(value);
			for (const bearer of this.#byHolder.get(holder) ?? []) {
				if (namesOther(bearer, holder, generation)) bearer.drop();
			}
		}
	}
}

const namesOther = ({ holders }: Bearer, holder: string, generation: number): boolean =>
	holders.some((each) => each.id === holder && each.generation !== generation);
