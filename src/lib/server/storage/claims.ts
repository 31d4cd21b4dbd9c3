import { StoreRefused, type Hpkv } from '../../../hpkv/port.ts';
import { tokensIn } from '../../chat/storage/claim.ts';

/**
 * Appends a token to a claim. A claim that is full counts as lost, like any other that came too late: whoever asks reads
 * the tokens afterwards.
 */
export async function appendToken(store: Hpkv, key: string, token: string): Promise<void> {
	try {
		await store.patch(key, token);
	} catch (error) {
		if (!(error instanceof StoreRefused)) throw error;
	}
}

/**
 * Claims `key` for `value` and answers with the value that won: this one, or the one that stands there for ever. The
 * winner's value carries all that is needed to finish what its claim began, so that a loser can, if the winner crashed.
 * Reads before it appends: a claim that is taken does not grow.
 */
export async function claim(store: Hpkv, key: string, value: object): Promise<unknown> {
	return (await winner(store, key)) ?? (await appendClaim(store, key, value), await winner(store, key));
}

export const appendClaim = (store: Hpkv, key: string, value: object) => appendToken(store, key, written(value));

/** The value that won the claim, or `undefined` where nobody claimed. */
export async function winner(store: Hpkv, key: string): Promise<unknown> {
	const [first] = tokensIn(await store.get(key));
	return first === undefined ? undefined : readToken(first);
}

/** The value that somebody claimed with. */
export const readToken = (token: string): unknown => JSON.parse(Buffer.from(token, 'base64url').toString());

/** base64url keeps the semicolon, which parts tokens, out of the value. */
const written = (value: object) => `;${Buffer.from(JSON.stringify(value)).toString('base64url')}`;
