/** The port to a store in this process: its engine with the checks and refusals of the wire. */
import type { z } from 'zod';
import type { Refusal } from '../protocol/errors.ts';
import { firstFault, Increment, Limit } from '../protocol/operations.ts';
import { holdersOf } from '../protocol/dropped.ts';
import { TokenBody } from '../protocol/rest.ts';
import { wrongWithBound, wrongWithKey, wrongWithValue } from '../protocol/text.ts';
import type { Engine } from '../engine/engine.ts';
import { StoreRefused, StoreUnavailable, type Grant, type Hpkv } from '../port.ts';
import type { NodesWrites } from './writes-of-nodes.ts';

const CAUGHT_UP = Promise.resolve();

/** The part of the store that the client needs. */
export interface LocalStore {
	readonly engine: Engine;
	readonly grants: { mint(asked: TokenBody): string };
	/** The refusal that a caller receives for an error of the engine. */
	refusalOf(error: unknown): Refusal;
}

export function embeddedStore(store: LocalStore): Hpkv {
	const { engine } = store;
	const { maxValueBytes } = engine;

	/** A send is twenty operations in a row, so each operation costs only one promise beside that of the engine. */
	async function ask<T>(wrong: string | undefined, operate: () => Promise<T>): Promise<T> {
		if (wrong !== undefined) throw new StoreRefused(400, wrong);
		try {
			return await operate();
		} catch (error) {
			const { code, error: reason } = store.refusalOf(error);
			throw code >= 500 ? new StoreUnavailable(reason) : new StoreRefused(code, reason);
		}
	}

	const get = (key: string) => ask(wrongWithKey(key), () => engine.get(key));

	async function increment(key: string, by = 1): Promise<number> {
		checked(Increment, by);
		return ask(wrongWithKey(key), () => engine.increment(key, by));
	}

	return {
		maxValueBytes,

		// Of an engine that owns its records every write passes it before it is answered; of another, see `sharedStore`.
		hearsAllWrites: true,
		onWritten: (listener) =>
			engine.onCommit((changes) => {
				for (const { key, value } of changes) if (value !== null) listener(key, value);
			}),
		caughtUp: () => CAUGHT_UP,
		onMissed: () => undefined,

		get,
		set: (key, value) => ask(wrongWithRecord(key, value, maxValueBytes), () => engine.set(key, value)),
		patch: (key, value) => ask(wrongWithRecord(key, value, maxValueBytes), () => engine.patch(key, value)),
		delete: (key) => ask(wrongWithKey(key), () => engine.delete(key)),
		async range(start, end, most) {
			const limit = checked(Limit, most);
			return ask(wrongWithBound(start) ?? wrongWithBound(end), () => engine.range(start, end, limit));
		},
		increment,
		token: (grant) => new Promise((resolve) => resolve(mint(store, grant))),
		...holdersOf({ get, increment })
	};
}

/** The port to an engine that several processes share. @param onWrite of writesOfNodes, whose engine `store` has */
export function sharedStore(store: LocalStore, onWrite: NodesWrites['onWrite']): Hpkv {
	const { engine } = store;
	return {
		...embeddedStore(store),
		onWritten: (listener) =>
			onWrite((changes) => {
				for (const { key, value } of changes) if (value !== null) listener(key, value);
			}),
		async caughtUp() {
			try {
				await engine.caughtUp();
			} catch (error) {
				throw new StoreUnavailable(store.refusalOf(error).error);
			}
		},
		onMissed: (listener) => engine.onGap(listener)
	};
}

const wrongWithRecord = (key: string, value: string, maxBytes: number) =>
	wrongWithKey(key) ?? wrongWithValue(value, maxBytes);

function mint(store: LocalStore, grant: Grant): string {
	const asked = checked(TokenBody, grant);
	try {
		return store.grants.mint(asked);
	} catch (error) {
		throw new StoreRefused(400, error instanceof Error ? error.message : 'Invalid grant');
	}
}

/** Validates like a frame or a body. */
function checked<T>(schema: z.ZodType<T>, value: unknown): T {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	throw new StoreRefused(400, firstFault(parsed.error));
}
