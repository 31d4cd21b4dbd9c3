interface Turn {
	stop: () => void;
	ended: Promise<unknown>;
}

/**
 * Lets one request at a time change an upload, in the order of their arrival. A request ends the one before it, whose connection
 * may be lost without this process knowing.
 */
export class Turns {
	/** The last turn of each upload, by upload and person: nobody ends another's. */
	readonly #last = new Map<string, Turn>();

	/** @param stop ends `act` soon */
	async take<Result>(
		{ id, person }: { id: string; person: string },
		stop: () => void,
		act: () => Promise<Result>
	): Promise<Result> {
		const key = `${id} ${person}`;
		const earlier = this.#last.get(key);
		earlier?.stop();
		// Nothing is awaited before this turn is noted: of requests at the same moment, each waits for the one before it.
		const acted = earlier ? earlier.ended.then(act) : act();
		const turn: Turn = { stop, ended: acted.catch(() => undefined) };
		this.#last.set(key, turn);
		try {
			return await acted;
		} finally {
			if (this.#last.get(key) === turn) this.#last.delete(key);
		}
	}

	isTaken(id: string): boolean {
		return this.#last.keys().some((key) => key.startsWith(`${id} `));
	}
}
