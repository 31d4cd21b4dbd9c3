/**
 * The port: all that a program may ask of HPKV, whichever way it is reached (`embedded` in this process, `hosted`
 * over the network, `memory` in tests). One contract suite, tests/contract, holds for every implementation.
 *
 * Keys and values are strings. A key has 1 to 512 bytes of UTF-8, a value 1 to `maxValueBytes`; the empty string is
 * neither. A promise that resolves says that the write is durable to the degree the endpoint promises (the embedded
 * store: on disk). Two errors are thrown: {@link StoreRefused} when the store understood and said no, and
 * {@link StoreUnavailable} when nobody knows whether it happened.
 */
export interface Hpkv {
	/** How large a value may be, in bytes of UTF-8. */
	readonly maxValueBytes: number;

	/**
	 * Whether `onWritten` reports every write to the store, also those of other clients and other processes; of a shared
	 * database, those of other nodes a moment later (see `caughtUp`), and of keys that nobody hears only the own ones.
	 */
	readonly hearsAllWrites: boolean;

	/**
	 * Calls `listener` with each write that this client's store has taken, before the write's promise resolves; those of
	 * others too, where `hearsAllWrites`. `value` is what was set, merged or appended, or the sum. Deletes are not reported.
	 */
	onWritten(listener: WriteListener): void;

	/** Resolves once listeners were told of all that they hear and that was answered before this call. */
	caughtUp(): Promise<void>;

	/** Calls `listener` where writes of other nodes were missed: what is kept in memory must be read again. */
	onMissed(listener: () => void): void;

	/** The value under `key`, or `undefined` where nothing stands. */
	get(key: string): Promise<string | undefined>;

	/** Puts `value` under `key`, whatever stood there. */
	set(key: string, value: string): Promise<void>;

	/**
	 * Atomic. Two JSON objects are merged (RFC 7396); otherwise `value` is appended to the text that stands there; where
	 * nothing stands it is put as it is. What would grow beyond `maxValueBytes` is refused and changes nothing.
	 */
	patch(key: string, value: string): Promise<void>;

	/** Removes `key`; false where nothing stood. */
	delete(key: string): Promise<boolean>;

	/**
	 * The records from `start` to `end`, **both included**, ascending by the bytes of their keys; at most `limit`
	 * (default 100, never more than 1,000). `truncated`: more matched than came, ask again from the last key + `\0`.
	 */
	range(start: string, end: string, limit?: number): Promise<Range>;

	/** Atomic. Adds `by` (default 1; a safe integer) to the number under `key`, from 0 where nothing stands; the sum. */
	increment(key: string, by?: number): Promise<number>;

	/** A token for one subscriber's WebSocket, good for two hours, and no longer than until one of its holders is dropped. */
	token(grant: Grant): Promise<string>;

	/** Whether the store knows the holders of a token and drops them. Hosted HPKV recalls nothing before its two hours are over. */
	readonly dropsHolders: boolean;

	/**
	 * The generation that a new token of `holder` must name; 0 where the holder was never dropped, or not `dropsHolders`.
	 * Ask before anything that decides whether the token may be made: a drop after that refuses it. NaN where something
	 * else than a number stands; no token can be made with it.
	 */
	generationOf(holder: string): Promise<number>;

	/**
	 * Recalls all tokens of `holder`: their sockets are closed at once and get nothing that is written after this, and new
	 * sockets are refused, also after a restart. Does nothing where not `dropsHolders`.
	 */
	dropHolder(holder: string): Promise<void>;
}

export type WriteListener = (key: string, value: string) => void;

export interface StoredRecord {
	key: string;
	value: string;
}

export interface Range {
	records: StoredRecord[];
	truncated: boolean;
}

/** What a token's bearer hears, and which keys it may read *and write*. */
export interface Grant {
	/** The exact keys whose changes it hears. */
	subscribeKeys: string[];
	/** Keys with `*` for any text. Whether an endpoint knows them is found out by `hearsPatterns` of clients/check-endpoint.ts. */
	subscribePatterns?: string[];
	/** A regular expression over keys. `^$` fits no key: such a bearer only hears. */
	accessPattern: string;
	/**
	 * Who bears it, such as a person and a session; their names are any text of 1 to 128 characters. The embedded store
	 * counts its socket for the first of them, and drops each. A hosted endpoint is not told.
	 */
	holders?: Holder[];
}

export interface Holder {
	id: string;
	/** What {@link Hpkv.generationOf} said. */
	generation: number;
}

/** The store understood the request and would not do it: nothing changed. `code` is the protocol's (400, 403, 409 …). */
export class StoreRefused extends Error {
	override readonly name = 'StoreRefused';
	readonly code: number;
	constructor(code: number, message: string) {
		super(message);
		this.code = code;
	}
}

/** The store could not be reached, was overloaded or failed: a write may or may not have happened. */
export class StoreUnavailable extends Error {
	override readonly name = 'StoreUnavailable';
	/** Milliseconds after which asking again is worth while, where that is known. */
	readonly retryAfterMs: number | undefined;

	constructor(message: string, retryAfterMs?: number) {
		super(message);
		this.retryAfterMs = retryAfterMs;
	}
}
