/**
 * The engine keeps the records: in a file or in memory that this process owns, or in a database that several processes
 * share.
 *
 * Promises: the operations of this process on a key apply in the order in which they were asked for, also between callers;
 * a read sees every write that was asked for before it. A write's promise resolves after the transaction that holds it is
 * durable. The writes of one turn of the event loop share transactions; one that is refused does not disturb its
 * neighbours; if the transaction fails, all of its writes reject, none has happened and nobody is notified. Listeners hear
 * of changes after the commit: of a key in commit order, of two keys in the order of their answers where one was asked for
 * after the other's answer.
 */
export interface Engine {
	/** Whether no other process writes the records. */
	readonly owned: boolean;
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
	/** Calls `listener` with the changes of each transaction of each process, once it is durable. `isOthers`: of another process. */
	onCommit(listener: (changes: Change[], isOthers?: boolean) => void): void;
	/** Calls `listener` where changes may have been missed: who watches must read again. Never where `owned`. */
	onGap(listener: (because: string) => void): void;
	/** Resolves once listeners were called with all that was committed before this was asked. */
	caughtUp(): Promise<void>;
	/** Writes what is queued, then gives the records back. What is asked for afterwards rejects. */
	close(): Promise<void>;
}

export interface OwnedEngine extends Engine {
	readonly owned: true;
	/** Writes a copy of the records, as of one moment, to a file that must not exist, while everything goes on. */
	backup(file: string): Promise<void>;
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

/** The engine's trouble: a full disk (507) or any other failure (503). Nothing of the write has happened. */
export class Failed extends Error {
	override readonly name = 'Failed';
	readonly code: 503 | 507;
	constructor(code: 503 | 507, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

/** The write was sent, and nobody knows whether it happened: no answer came. Answered as 503. */
export class Unknown extends Error {
	override readonly name = 'Unknown';
}

/** The file is not what was written to it. The store must not start, and what was asked for is not answered. */
export class Damaged extends Error {
	override readonly name = 'Damaged';
}
