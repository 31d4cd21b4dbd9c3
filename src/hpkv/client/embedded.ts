/** The port to a store in this process: the same replies as over the wire, without the wire. */
import type { z } from 'zod';
import type { Refusal } from '../protocol/errors.ts';
import { firstFault, Bound, Increment, Key, Limit, type Operation, type Reply } from '../protocol/operations.ts';
import { TokenBody } from '../protocol/rest.ts';
import { StoreRefused, StoreUnavailable, type Grant, type Hpkv } from './hpkv.ts';

/** As much of the store as its client needs. */
export interface LocalStore {
	readonly engine: { readonly maxValueBytes: number };
	readonly grants: { mint(asked: TokenBody): string };
	/** Never rejects. */
	ask<O extends Operation>(operation: O, mayTouch: (key: string) => boolean): Promise<Reply<O>>;
}

export function embeddedStore(store: LocalStore): Hpkv {
	const ask = <O extends Operation>(operation: O) => store.ask(operation, () => true);

	return {
		maxValueBytes: store.engine.maxValueBytes,

		async get(key) {
			return found(await ask({ op: 'get', key: checked(Key, key) }))?.value;
		},
		async set(key, value) {
			well(await ask({ op: 'set', key: checked(Key, key), value }));
		},
		async patch(key, value) {
			well(await ask({ op: 'patch', key: checked(Key, key), value }));
		},
		async delete(key) {
			return found(await ask({ op: 'delete', key: checked(Key, key) })) !== undefined;
		},
		async range(from, to, most) {
			const [start, end, limit] = [checked(Bound, from), checked(Bound, to), checked(Limit, most)];
			const { records, truncated } = well(await ask({ op: 'range', start, end, limit }));
			return { records, truncated };
		},
		async increment(key, by = 1) {
			return well(await ask({ op: 'increment', key: checked(Key, key), by: checked(Increment, by) })).result;
		},
		token: ({ subscribeKeys, accessPattern }) =>
			new Promise((resolve) => resolve(mint(store, { subscribeKeys, accessPattern })))
	};
}

function mint(store: LocalStore, grant: Grant): string {
	const asked = checked(TokenBody, grant);
	try {
		return store.grants.mint(asked);
	} catch (error) {
		throw new StoreRefused(400, error instanceof Error ? error.message : 'Invalid grant');
	}
}

/** The reply, or undefined where nothing stood under the key. */
function found<R extends object>(reply: R | Refusal): Exclude<R, Refusal> | undefined {
	return 'error' in reply && reply.code === 404 ? undefined : well(reply);
}

function well<R extends object>(reply: R | Refusal): Exclude<R, Refusal> {
	if (!('error' in reply)) return reply as Exclude<R, Refusal>;
	if (reply.code >= 500) throw new StoreUnavailable(reply.error);
	throw new StoreRefused(reply.code, reply.error);
}

/** As a frame or a body would be checked. */
function checked<T>(schema: z.ZodType<T>, value: unknown): T {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	throw new StoreRefused(400, firstFault(parsed.error));
}
