/** A passkey is good for the host that made it. A key of the store signs challenges: no node keeps them, and each is good once. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { CHALLENGE_MS, MAX_PASSKEYS } from '../../chat/limits.ts';
import { idOfListed, keys } from '../../chat/storage/keys.ts';
import { readPerson } from '../people/standing.ts';
import { claim } from '../storage/claims.ts';
import { digest, randomId, secret } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import { admitted, type SignedInBy } from './sign-in.ts';
import { useOnce } from './single-use.ts';
import {
	readAuthentication,
	readRegistration,
	verifyAuthentication,
	verifyRegistration,
	type Site
} from './webauthn.ts';

const Passkey = z.object({
	id: z.string(),
	/** COSE, in base64url. */
	publicKey: z.string(),
	counter: z.number(),
	host: z.string(),
	browser: z.string(),
	createdAt: z.number(),
	usedAt: z.number().optional()
});
type Passkey = z.infer<typeof Passkey>;

export type NoPasskeys = 'insecure' | 'ip-address';

/** Why a page at this address cannot use passkeys: browsers refuse both. */
export function refusalOfPasskeys({ protocol, hostname }: URL): NoPasskeys | undefined {
	if (isIP(hostname.replace(/^\[|\]$/g, ''))) return 'ip-address';
	return protocol === 'https:' || /(^|\.)localhost$/.test(hostname) ? undefined : 'insecure';
}

export const siteOf = ({ hostname, origin }: URL): Site => ({ host: hostname, origin });

const keyOf = (person: string, id: string) => keys.credential(person, 'passkey', digest(id));

/** What a browser needs to make a passkey. @param name the person's, for the list of the device */
export async function registrationOptions(
	store: Hpkv,
	{ person, name, placeName }: { person: string; name: string; placeName: string },
	{ host }: Site,
	now: number
) {
	const passkeys = await readPasskeys(store, person);
	return {
		challenge: await makeChallenge(store, `register ${person}`, now),
		rp: { id: host, name: placeName },
		user: { id: Buffer.from(person).toString('base64url'), name, displayName: name },
		// EdDSA, ES256, RS256.
		pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key' as const, alg })),
		timeout: CHALLENGE_MS,
		attestation: 'none' as const,
		excludeCredentials: passkeys.map(({ id }) => ({ id, type: 'public-key' as const })),
		authenticatorSelection: {
			residentKey: 'required' as const,
			requireResidentKey: true,
			userVerification: 'required' as const
		}
	};
}

export const authenticationOptions = async (store: Hpkv, { host }: Site, now: number) => ({
	challenge: await makeChallenge(store, 'sign in', now),
	rpId: host,
	timeout: CHALLENGE_MS,
	allowCredentials: [],
	userVerification: 'required' as const
});

export type PasskeyRefusal = 'not-verified' | 'too-many';

/** @param typed the browser's answer, as JSON */
export async function addPasskey(
	store: Hpkv,
	{ person, typed, browser }: { person: string; typed: string; browser: string },
	site: Site,
	now: number
): Promise<PasskeyRefusal | undefined> {
	const response = readRegistration(typed);
	if (!response) return 'not-verified';
	if ((await readPasskeys(store, person)).length >= MAX_PASSKEYS) return 'too-many';
	const made = await verifyRegistration(response, site, (challenge) =>
		isChallenge(store, challenge, `register ${person}`, now)
	);
	if (!made || !(await useOnce(store, digest(made.challenge), randomId(), now))) return 'not-verified';
	const { id, publicKey, counter } = made;
	const passkey: Passkey = { id, publicKey, counter, host: site.host, browser, createdAt: now };
	await store.set(keyOf(person, passkey.id), JSON.stringify(passkey));
	return undefined;
}

/** @param typed the browser's answer, as JSON */
export async function signInByPasskey(store: Hpkv, typed: string, site: Site, now: number): Promise<SignedInBy> {
	const wrong: SignedInBy = { ok: false, because: 'wrong' };
	const response = readAuthentication(typed);
	if (!response) return wrong;
	const id = Buffer.from(response.response.userHandle ?? '', 'base64url').toString();
	if (!/^[a-z0-9]+$/.test(id)) return wrong;
	// The generation is read before the passkey: whoever ends all sessions meanwhile ends this one too.
	const person = await readPerson(store, id);
	const passkey = parsed(Passkey, await store.get(keyOf(id, response.id)));
	if (!person || passkey?.host !== site.host) return wrong;
	const verified = await verifyAuthentication(response, site, passkey, (challenge) =>
		isChallenge(store, challenge, 'sign in', now)
	);
	if (!verified || !(await useOnce(store, digest(verified.challenge), randomId(), now))) return wrong;
	// It may have been removed since it was read. Merged: a removed passkey becomes a record that is none.
	if (!parsed(Passkey, await store.get(keyOf(id, response.id)))) return wrong;
	await store.patch(keyOf(id, response.id), JSON.stringify({ counter: verified.counter, usedAt: now }));
	return admitted(person);
}

export interface ListedPasskey {
	/** The digest of the passkey's id. */
	id: string;
	host: string;
	browser: string;
	createdAt: number;
	usedAt: number | undefined;
}

async function readPasskeys(store: Hpkv, person: string): Promise<(Passkey & { key: string })[]> {
	const records = await readRange(store, keys.credentials(person, 'passkey'));
	return records.flatMap(({ key, value }) => {
		const passkey = parsed(Passkey, value);
		return passkey ? [{ ...passkey, key }] : [];
	});
}

export async function listPasskeys(store: Hpkv, person: string): Promise<ListedPasskey[]> {
	const passkeys = await readPasskeys(store, person);
	return passkeys
		.map(({ key, host, browser, createdAt, usedAt }) => ({ id: idOfListed(key), host, browser, createdAt, usedAt }))
		.sort((a, b) => b.createdAt - a.createdAt);
}

export const removePasskey = (store: Hpkv, person: string, id: string): Promise<boolean> =>
	store.delete(keys.credential(person, 'passkey', id));

const Challenge = z.object({ key: z.string() });

async function sign(store: Hpkv, text: string): Promise<Buffer> {
	const { key } = Challenge.parse(await claim(store, keys.challengeKey, { key: secret() }));
	return createHmac('sha256', key).update(text).digest();
}

const SIGNATURE_BYTES = 32;

/** Base64url of the time, a random number, and their signature for this purpose. */
async function makeChallenge(store: Hpkv, purpose: string, now: number): Promise<string> {
	const issued = Buffer.from(`${now} ${randomBytes(16).toString('hex')}`);
	return Buffer.concat([await sign(store, `${purpose} ${issued.toString()}`), issued]).toString('base64url');
}

async function isChallenge(store: Hpkv, challenge: string, purpose: string, now: number): Promise<boolean> {
	const bytes = Buffer.from(challenge, 'base64url');
	if (bytes.length <= SIGNATURE_BYTES) return false;
	const issued = bytes.subarray(SIGNATURE_BYTES).toString();
	const signature = await sign(store, `${purpose} ${issued}`);
	const age = now - Number(issued.split(' ')[0]);
	return timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), signature) && Math.abs(age) <= CHALLENGE_MS;
}
