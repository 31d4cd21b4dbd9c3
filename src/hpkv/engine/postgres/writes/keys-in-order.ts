/**
 * The operations that wait, by key: of one key they are carried out one batch after the other, in the order in which they
 * were asked for; different keys do not wait for each other.
 */
import type { Waiting } from './operation.ts';

/** Which statement the first operation of a key needs. */
export type Need = 'get' | 'put' | 'merge' | 'delete';

const needs: Record<Exclude<Waiting['ask']['kind'], 'hold'>, Need> = {
	get: 'get',
	set: 'put',
	append: 'put',
	add: 'put',
	merge: 'merge',
	delete: 'delete'
};

export interface KeyQueue {
	readonly key: string;
	/** Those that are carried out stand first, until they are {@link KeysInOrder.done}. */
	readonly waiting: Waiting[];
	/** How many are carried out. */
	taken: number;
	/** Whether it is a caller's, who may still wait for a connection. */
	isTaken: boolean;
}

export class KeysInOrder {
	readonly #onReady: () => void;
	readonly #queues = new Map<string, KeyQueue>();
	/** Queues whose first operation can be carried out. */
	readonly #ready: Record<Need, Set<KeyQueue>> = {
		get: new Set(),
		put: new Set(),
		merge: new Set(),
		delete: new Set()
	};

	/** @param onReady called when an operation becomes ready that was held */
	constructor(onReady: () => void) {
		this.#onReady = onReady;
	}

	add(key: string, waiting: Waiting): void {
		const queue = this.#queues.get(key);
		if (queue) return void queue.waiting.push(waiting);
		const begun = { key, waiting: [waiting], taken: 0, isTaken: false };
		this.#queues.set(key, begun);
		this.#makeReady(begun);
	}

	get isEmpty(): boolean {
		return this.#queues.size === 0;
	}

	has(need: Need): boolean {
		return this.#ready[need].size > 0;
	}

	/** Takes up to `most` ready queues; each is the caller's until it is done. */
	take(need: Need, most: number): KeyQueue[] {
		const taken: KeyQueue[] = [];
		for (const queue of this.#ready[need]) {
			if (taken.length === most) break;
			taken.push(queue);
		}
		for (const queue of taken) {
			this.#ready[need].delete(queue);
			queue.isTaken = true;
		}
		return taken;
	}

	/** The operations of `queue` that were taken are answered, but for `again`, which stay the first. */
	done(queue: KeyQueue, again: Waiting[] = []): void {
		queue.waiting.splice(0, queue.taken, ...again);
		queue.taken = 0;
		queue.isTaken = false;
		if (queue.waiting.length > 0) this.#makeReady(queue);
		else this.#queues.delete(queue.key);
	}

	/** The last write of each key from `start` to `end` that was asked for so far. Both included, by the bytes of the keys. */
	*lastWrites(start: string, end: string): Generator<Waiting> {
		const [first, last] = [Buffer.from(start), Buffer.from(end)];
		for (const { key, waiting } of this.#queues.values()) {
			const bytes = Buffer.from(key);
			if (Buffer.compare(bytes, first) < 0 || Buffer.compare(bytes, last) > 0) continue;
			const write = waiting.findLast(({ ask }) => ask.kind !== 'get' && ask.kind !== 'hold');
			if (write) yield write;
		}
	}

	/** Removes and returns the operations that were asked for before `time` and are not carried out. */
	removeOlder(time: number): Waiting[] {
		const old: Waiting[] = [];
		for (const queue of this.#queues.values()) {
			// Its operations are about to be carried out: ready again, another connection would carry them out as well.
			if (queue.isTaken && queue.taken === 0) continue;
			const kept = queue.waiting.filter(
				(waiting, at) => at < queue.taken || waiting.since >= time || !old.push(waiting)
			);
			if (kept.length === queue.waiting.length) continue;
			for (const ready of Object.values(this.#ready)) ready.delete(queue);
			queue.waiting.splice(0, Infinity, ...kept);
			if (queue.taken > 0) continue;
			if (kept.length > 0) this.#makeReady(queue);
			else this.#queues.delete(queue.key);
		}
		return old;
	}

	#makeReady(queue: KeyQueue): void {
		const { ask } = queue.waiting[0]!;
		if (ask.kind !== 'hold') return void this.#ready[needs[ask.kind]].add(queue);
		queue.taken = 1;
		void ask.until.finally(() => {
			this.done(queue);
			this.#onReady();
		});
	}
}
