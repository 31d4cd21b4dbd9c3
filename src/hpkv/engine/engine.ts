/**
 * The engine keeps the records. Everything is asynchronous, so that the writer could one day sit in a worker thread
 * without a caller changing.
 *
 * Promises: operations apply in the order in which they were asked for, also between callers; a read sees every write
 * that was asked for before it. A write's promise resolves after the transaction that holds it is on disk. All writes of
 * one turn of the event loop share one transaction; one that is refused does not disturb its neighbours; if the
 * transaction fails, all of its writes reject, none has happened and nobody is notified. Listeners hear of changes after
 * the commit, in the order of the writes.
 */
export interface Engine {
	/** How large a value may grow, in bytes of UTF-8. Whoever calls `set` has measured already. */
	readonly maxValueBytes: number;
	get(key: string): Promise<string | undefined>;
	set(key: string, value: string): Promise<void>;
	/** Merge or append, see merge-patch.ts. Rejects with {@link Refused} where the result would be too large. */
	patch(key: string, patch: string): Promise<void>;
	/** False where nothing stood. */
	delete(key: string): Promise<boolean>;
	/** Both ends included, by the bytes of the keys. `truncated`: more than `limit` records, or than fit an answer. */
	range(start: string, end: string, limit: number): Promise<Found>;
	/** Rejects with {@link Refused} where no safe integer stands, or the sum would be none. */
	increment(key: string, by: number): Promise<number>;
	/** Calls `listener` with the changes of each transaction, once it is on disk. */
	onCommit(listener: (changes: Change[]) => void): void;
	/** Writes a copy of the records, as of one moment, to a file that must not exist, while everything goes on. */
	backup(file: string): Promise<void>;
	/** Writes what is queued, then gives the file back. What is asked for afterwards rejects. */
	close(): Promise<void>;
}

export interface Found {
	records: { key: string; value: string }[];
	truncated: boolean;
}

/** `value` is what was written: the submitted text after a patch, the sum after an increment, null after a delete. */
export interface Change {
	key: string;
	value: string | null;
}

/** The caller's mistake: nothing changed, the sentence says what is wrong. Answered as 400. */
export class Refused extends Error {
	override readonly name = 'Refused';
}

/** The engine's trouble: a full disk (507) or any other failure of the file (503). Nothing of the write has happened. */
export class Failed extends Error {
	override readonly name = 'Failed';
	readonly code: 503 | 507;
	constructor(code: 503 | 507, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

/** The file is not what was written to it. The store must not start, and what was asked for is not answered. */
export class Damaged extends Error {
	override readonly name = 'Damaged';
}
