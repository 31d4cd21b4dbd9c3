/** What the answers of a browser's passkeys say, checked by SimpleWebAuthn, which loads when it is first needed. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { lazy } from '../../lazy.ts';

export interface Site {
	/** The host: WebAuthn's RP ID. */
	host: string;
	origin: string;
}

/** 0.1 s and 20 MB, which a place without passkeys does not need. */
const library = lazy(() => import('@simplewebauthn/server'));

async function loaded() {
	const part = await library();
	if (!part) throw new Error('SimpleWebAuthn could not be loaded');
	return part;
}

/** Any string of base64url is as long as its form, which is bounded. */
const Answer = z.object({
	id: z.string().min(1),
	rawId: z.string(),
	type: z.literal('public-key'),
	clientExtensionResults: z.object({}).default({})
});
const Registration = Answer.extend({
	response: z.object({ clientDataJSON: z.string(), attestationObject: z.string() })
});
const Authentication = Answer.extend({
	response: z.object({
		clientDataJSON: z.string(),
		authenticatorData: z.string(),
		signature: z.string(),
		userHandle: z.string()
	})
});

export interface MadePasskey {
	id: string;
	/** COSE, in base64url. */
	publicKey: string;
	counter: number;
}

export type IsOurs = (challenge: string) => boolean | Promise<boolean>;

/** Undefined for what no browser of ours answers. */
export const readRegistration = (typed: string): RegistrationResponseJSON | undefined => read(Registration, typed);
export const readAuthentication = (typed: string): AuthenticationResponseJSON | undefined =>
	read(Authentication, typed);

function read<T>(schema: z.ZodType<T>, typed: string): T | undefined {
	try {
		return schema.safeParse(JSON.parse(typed)).data;
	} catch {
		return undefined;
	}
}

/** Undefined where the answer is not of this site and to a challenge of ours. */
export async function verifyRegistration(
	response: RegistrationResponseJSON,
	{ host, origin }: Site,
	isOurs: IsOurs
): Promise<(MadePasskey & { challenge: string }) | undefined> {
	const { verifyRegistrationResponse } = await loaded();
	const asked = remembered(isOurs);
	const verified = await verifyRegistrationResponse({
		response,
		expectedChallenge: asked.check,
		expectedOrigin: origin,
		expectedRPID: host
	}).catch(() => undefined);
	if (!verified?.verified) return undefined;
	const { id, publicKey, counter } = verified.registrationInfo.credential;
	return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, challenge: asked.challenge() };
}

/** @returns the counter of the passkey. Undefined where the answer is not of this passkey and to a challenge of ours */
export async function verifyAuthentication(
	response: AuthenticationResponseJSON,
	{ host, origin }: Site,
	{ id, publicKey, counter }: MadePasskey,
	isOurs: IsOurs
): Promise<{ counter: number; challenge: string } | undefined> {
	const { verifyAuthenticationResponse } = await loaded();
	const asked = remembered(isOurs);
	const verified = await verifyAuthenticationResponse({
		response,
		expectedChallenge: asked.check,
		expectedOrigin: origin,
		expectedRPID: host,
		credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter }
	}).catch(() => undefined);
	return verified?.verified
		? { counter: verified.authenticationInfo.newCounter, challenge: asked.challenge() }
		: undefined;
}

/** The challenge is in the middle of what the library reads. */
function remembered(isOurs: IsOurs): { check: IsOurs; challenge: () => string } {
	let asked = '';
	return { check: (challenge) => isOurs((asked = challenge)), challenge: () => asked };
}
