/** Recovery codes sign a person in, each once. The store holds their SHA-256, bound to the person. New codes replace all earlier ones. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { RECOVERY_CODES } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { digest, idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { useOnce } from './single-use.ts';

const Codes = z.object({ createdAt: z.number(), digests: z.array(z.string()) });

/** 80 bits. */
const LETTERS = 16;

const keyOf = (person: string) => keys.credential(person, 'recovery', 'current');
const readCodes = async (store: Hpkv, person: string) => parsed(Codes, await store.get(keyOf(person)));

const digestOf = (person: string, code: string) => digest(`recovery code of ${person}: ${code}`);

/** `k3fj-…`: four groups of four. */
const written = (code: string) => code.replace(/.{4}(?=.)/g, '$&-');
/** Case, spaces and hyphens do not count; 0, 1 and 8, which no code has, are read as the letters that look like them. */
const read = (typed: string) =>
	typed
		.slice(0, 8 * LETTERS)
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\s\p{Pd}]/gu, '')
		.replace(/[018]/g, (digit) => ({ 0: 'o', 1: 'l', 8: 'b' })[digit] ?? digit);

const codesFrom = (person: string, seed: string) =>
	Array.from({ length: RECOVERY_CODES }, (_, i) =>
		idFrom(`recovery code ${i} of ${person}, ${seed}`).slice(0, LETTERS)
	);

/** @param seed random, of this form alone, never stored: a form posted twice makes the same codes, so its second answer is valid */
export async function makeRecoveryCodes(store: Hpkv, person: string, seed: string, now: number): Promise<string[]> {
	const codes = codesFrom(person, seed);
	const digests = codes.map((code) => digestOf(person, code));
	await store.set(keyOf(person), JSON.stringify({ createdAt: now, digests }));
	return codes.map(written);
}

/** The codes that this seed made, if they are the person's; `none` where the person has none, `others` where they have others. */
export async function codesOf(store: Hpkv, person: string, seed: string): Promise<string[] | 'none' | 'others'> {
	const stored = await readCodes(store, person);
	if (!stored) return 'none';
	const codes = codesFrom(person, seed);
	return codes.every((code) => stored.digests.includes(digestOf(person, code))) ? codes.map(written) : 'others';
}

/** How many codes are left. Undefined where none were made. */
export async function codesLeft(store: Hpkv, person: string): Promise<number | undefined> {
	const codes = await readCodes(store, person);
	if (!codes) return undefined;
	const uses = await Promise.all(codes.digests.map((each) => store.get(keys.used(each))));
	return uses.filter((use) => use === undefined).length;
}

/** Uses the code up, with the same work for an unknown person. @param formId the same form again, within ten minutes, is the same use */
export async function openRecoveryCode(
	store: Hpkv,
	person: string | undefined,
	typed: string,
	{ formId, now }: { formId: string; now: number }
): Promise<boolean> {
	const owner = person ?? 'nobody';
	const mine = digestOf(owner, read(typed));
	const isOurs = async () => (await readCodes(store, owner))?.digests.includes(mine) === true;
	if (!(await isOurs()) || !(await useOnce(store, mine, formId, now))) return false;
	// New codes may have replaced this one since it was read.
	return isOurs();
}
