/** One record, set as a whole. A stronger hash is merged under the password's id: a sign-in brings back no password that was changed. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_NORMALIZED, MAX_PASSWORD, MIN_PASSWORD } from '../../chat/limits.ts';
import { characters, wellFormed } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { randomId } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { checkPassword, dummyHash, hashPassword, isOutdated } from './password-hash.ts';

const Password = z.object({
	id: z.string(),
	/** PHC string. */
	hash: z.string(),
	changedAt: z.number(),
	/** Stronger hashes, by the id of the password that they are of. */
	raised: z.record(z.string(), z.string()).optional()
});

export type PasswordRefusal = 'too-short' | 'too-long';

const keyOf = (person: string) => keys.credential(person, 'password', 'current');
const readPassword = async (store: Hpkv, person: string) => parsed(Password, await store.get(keyOf(person)));

/** The same password, however a keyboard composes its letters. */
const normal = (typed: string) => wellFormed(typed).normalize('NFKC');
const isFarTooLong = (typed: string) => typed.length > MAX_NORMALIZED;

export function refusalOfPassword(typed: string): PasswordRefusal | undefined {
	if (isFarTooLong(typed)) return 'too-long';
	const length = characters(normal(typed));
	return length < MIN_PASSWORD ? 'too-short' : length > MAX_PASSWORD ? 'too-long' : undefined;
}

export async function setPassword(
	store: Hpkv,
	person: string,
	typed: string,
	now: number
): Promise<PasswordRefusal | undefined> {
	const refusal = refusalOfPassword(typed);
	if (refusal) return refusal;
	const record = { id: randomId(), hash: await hashPassword(normal(typed)), changedAt: now };
	await store.set(keyOf(person), JSON.stringify(record));
	return undefined;
}

export const hasPassword = async (store: Hpkv, person: string) => (await store.get(keyOf(person))) !== undefined;

/** In the place of a person whom nobody knows: the store is asked, and finds nothing. */
const NOBODY = 'nobody';

/** The same work for unknown people and those without a password: the time tells nothing. @returns `busy` where too many passwords wait */
export async function verifyPassword(
	store: Hpkv,
	person: string | undefined,
	typed: string
): Promise<boolean | 'busy'> {
	// Longer than any password: only the work of a check would be gained.
	const password = refusalOfPassword(typed) === 'too-long' ? '' : normal(typed);
	const record = await readPassword(store, person ?? NOBODY);
	const hash = record && (record.raised?.[record.id] ?? record.hash);
	const verified = await checkPassword(password, hash ?? dummyHash());
	if (!person || !record || !hash || verified !== true) return verified === 'busy' ? 'busy' : false;
	if (isOutdated(hash)) {
		const raised = { [record.id]: await hashPassword(password) };
		await store.patch(keyOf(person), JSON.stringify({ raised }));
	}
	return true;
}
