/** The statements that carry out many operations on different keys at once, and what each of their callers is answered. */
import type { KeyQueue, KeysInOrder } from './keys-in-order.ts';
import type { Ask as AskDatabase } from '../lanes.ts';
import { folded, workedOut, type Ask, type Folded, type Waiting } from './operation.ts';
import { Again } from '../outcome.ts';
import { get, put, putAndTell, remove, swap } from '../statements.ts';

export interface BatchesOptions {
	/** Of this process, for the table of changes. */
	node: string;
	maxValueBytes: number;
	/** Whether anybody can hear of this key. */
	heard: (key: string) => boolean;
	/** Called when changes may have been committed that somebody hears. */
	onCommitted: () => void;
}

/** Each takes operations of the queues that it gets, answers them, and gives the queues back. Never rejects. */
export class Batches {
	readonly #keys: KeysInOrder;
	readonly #node: string;
	readonly #maxValueBytes: number;
	readonly #heard: (key: string) => boolean;
	readonly #onCommitted: () => void;

	constructor(keys: KeysInOrder, { node, maxValueBytes, heard, onCommitted }: BatchesOptions) {
		this.#node = node;
		this.#keys = keys;
		this.#maxValueBytes = maxValueBytes;
		this.#heard = heard;
		this.#onCommitted = onCommitted;
	}

	async get(ask: AskDatabase, queues: KeyQueue[]): Promise<void> {
		const asked = queues.map((queue) => ({ queue, gets: takeWhile(queue, 'get') }));
		try {
			const rows = (await ask(get, [queues.map(({ key }) => key)])) as [key: string, value: string][];
			const values = new Map(rows);
			for (const { queue, gets } of asked) for (const { resolve } of gets) resolve(values.get(queue.key));
		} catch (error) {
			for (const { gets } of asked) for (const { reject } of gets) reject(error);
		}
		for (const queue of queues) this.#keys.done(queue);
	}

	async put(ask: AskDatabase, queues: KeyQueue[]): Promise<void> {
		const batch = queues.map((queue) => {
			const write = folded(queue.key, queue.waiting, this.#maxValueBytes);
			queue.taken = write.of.length;
			return write;
		});
		const told = this.#toldOf(batch);
		const values = [
			batch.map(({ op }) => op),
			batch.map(({ key }) => key),
			batch.map(({ value }) => value),
			this.#maxValueBytes
		];
		let again: (write: Folded) => Waiting[];
		try {
			const rows = (await (told ? ask(putAndTell, [...values, told, this.#node], true) : ask(put, values, true))) as [
				string,
				string | null
			][];
			if (told) this.#onCommitted();
			const sums = new Map(rows);
			again = (write) => {
				const sum = sums.get(write.key);
				if (sum === undefined) return write.refuse();
				write.answer(sum);
				return [];
			};
		} catch (error) {
			again = (write) => {
				if (error instanceof Again) return write.of;
				for (const { reject } of write.of) reject(error);
				return [];
			};
		}
		for (const [at, write] of batch.entries()) this.#keys.done(queues[at]!, again(write));
	}

	async delete(ask: AskDatabase, queues: KeyQueue[]): Promise<void> {
		const asked = queues.map((queue) => ({ queue, deletes: takeWhile(queue, 'delete') }));
		const told = queues.map(({ key, waiting }) =>
			this.#heard(key) ? JSON.stringify([[waiting[0]!.number, null]]) : null
		);
		try {
			const rows = (await ask(remove, [queues.map(({ key }) => key), told, this.#node], true)) as [key: string][];
			this.#onCommitted();
			const stood = new Set(rows.map(([key]) => key));
			for (const { queue, deletes } of asked) {
				// Of several, the first has removed it.
				for (const [at, { resolve }] of deletes.entries()) resolve(at === 0 && stood.has(queue.key));
				this.#keys.done(queue);
			}
		} catch (error) {
			for (const { queue, deletes } of asked) {
				if (!(error instanceof Again)) for (const { reject } of deletes) reject(error);
				this.#keys.done(queue, error instanceof Again ? deletes : []);
			}
		}
	}

	/** Objects are merged here, and put where what was merged still stands; the others are tried again. */
	async merge(ask: AskDatabase, queues: KeyQueue[]): Promise<void> {
		const keys = queues.map(({ key }) => key);
		for (const queue of queues) queue.taken = 1;
		try {
			const values = new Map((await ask(get, [keys])) as [key: string, value: string][]);
			const batch = queues.map((queue) => {
				const write = workedOut(queue.key, queue.waiting, this.#maxValueBytes, values.get(queue.key));
				queue.taken = write.of.length;
				return write;
			});
			const stood = keys.map((key) => values.get(key) ?? null);
			const told = batch.map(({ key, told }) => (this.#heard(key) ? JSON.stringify(told) : null));
			const rows = await ask(swap, [keys, stood, batch.map(({ value }) => value), told, this.#node], true);
			this.#onCommitted();
			const put = new Set(rows.map(([key]) => key));
			for (const [at, write] of batch.entries()) {
				const isPut = put.has(write.key);
				if (isPut) write.answer(null);
				this.#keys.done(queues[at]!, isPut ? [] : write.of);
			}
		} catch (error) {
			for (const queue of queues) {
				const taken = queue.waiting.slice(0, queue.taken);
				if (!(error instanceof Again)) for (const { reject } of taken) reject(error);
				this.#keys.done(queue, error instanceof Again ? taken : []);
			}
		}
	}

	/** The change of each write, for the feed; undefined where nobody can hear a key of the batch. */
	#toldOf(batch: Folded[]): (string | null)[] | undefined {
		let heard = false;
		const told = batch.map(({ key, told }) => {
			if (!this.#heard(key)) return null;
			heard = true;
			return JSON.stringify(told);
		});
		return heard ? told : undefined;
	}
}

/** Takes the queue's first operations of one kind. */
function takeWhile(queue: KeyQueue, kind: Ask['kind']): Waiting[] {
	const other = queue.waiting.findIndex(({ ask }) => ask.kind !== kind);
	const taken = other === -1 ? [...queue.waiting] : queue.waiting.slice(0, other);
	queue.taken = taken.length;
	return taken;
}
