import { StoreRefused, type Hpkv } from '../../../hpkv/port.ts';
import { tokensIn } from '../../chat/storage/claim.ts';

/** A full claim counts as lost: the caller reads the tokens afterwards. @returns whether the claim had room */
export async function appendToken(store: Hpkv, key: string, token: string): Promise<boolean> {
	try {
		await store.patch(key, token);
		return true;
	} catch (error) {
		if (!(error instanceof StoreRefused)) throw error;
		return false;
	}
}

/** The winning value must hold all that is needed to finish the claimed work, in case its writer crashed. */
export async function claim(store: Hpkv, key: string, value: object): Promise<unknown> {
	return (await winner(store, key)) ?? (await appendClaim(store, key, value), await winner(store, key));
}

export const appendClaim = (store: Hpkv, key: string, value: object) => appendToken(store, key, written(value));

export async function winner(store: Hpkv, key: string): Promise<unknown> {
	const [first] = tokensIn(await store.get(key));
	return first === undefined ? undefined : readToken(first);
}

export const readToken = (token: string): unknown => JSON.parse(Buffer.from(token, 'base64url').toString());

/** Base64url, because a value must not contain the semicolon that separates tokens. */
const written = (value: object) => `;${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

/** Logs in which a claim was met, by store: read before anything is appended to them again. The oldest are forgotten first. */
export class MetLogs {
	static readonly most = 20_000;
	readonly #byStore = new WeakMap<Hpkv, Set<string>>();

	has(store: Hpkv, key: string): boolean {
		return this.#byStore.get(store)?.has(key) ?? false;
	}

	add(store: Hpkv, key: string): void {
		const keys = this.#byStore.get(store) ?? new Set();
		this.#byStore.set(store, keys.add(key));
		const [oldest] = keys;
		if (keys.size > MetLogs.most && oldest !== undefined) keys.delete(oldest);
	}
}
