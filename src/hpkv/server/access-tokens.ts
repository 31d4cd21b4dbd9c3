/**
 * Who may do what. The API key may do everything; a token says what its bearer hears and which keys it may touch, and
 * carries all of that itself, signed, so that it outlives a restart. Tokens are `[A-Za-z0-9_-]` and one dot, because
 * HPKV's clients put them into the URL unescaped.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { MAX_TOKEN_LENGTH, TOKEN_LIFE } from '../protocol/limits.ts';
import type { TokenBody } from '../protocol/rest.ts';
import type { Holder } from '../port.ts';
import { BadPattern, expression, subscription, type Matches } from './pattern.ts';

/** What a token's bearer hears and may touch. */
export interface Grant {
	/** The exact keys whose changes it hears. */
	keys: string[];
	/** And all keys that one of these fits. */
	patterns: { source: string; matches: Matches }[];
	/** Whether it may read and write a key. Hearing does not ask. */
	mayTouch: Matches;
	/** Milliseconds since 1970. */
	expires: number;
	/** Who bears the token, where it was said when it was made; its socket counts for the first. */
	holders: Holder[];
	/** The token's own name: its signature. */
	id: string;
}

/** A token's content. Short names: it all travels in a URL. */
const Claims = z.object({
	/** What is heard, as it was asked for. */
	s: z.array(z.string()),
	/** The accessPattern; absent: no key. */
	a: z.string().optional(),
	/** The holders, each with its generation. */
	h: z.array(z.tuple([z.string(), z.number()])),
	/** Random: two tokens of one millisecond differ. */
	r: z.string().optional(),
	/** Expiry in milliseconds since 1970. */
	e: z.number()
});
type Claims = z.infer<typeof Claims>;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export class Grants {
	readonly #apiKey: Buffer;
	readonly #secret: Buffer;

	/** `secret`: at least 32 random bytes, kept from one start to the next. */
	constructor(apiKey: string, secret: Buffer) {
		this.#apiKey = digest(apiKey);
		this.#secret = secret;
	}

	/** Compared by digest, in a time that tells nothing of where they differ. */
	isApiKey(presented: unknown): boolean {
		return typeof presented === 'string' && timingSafeEqual(digest(presented), this.#apiKey);
	}

	/** A token for what was asked. Throws {@link BadPattern} where it could not be honoured. */
	mint(asked: TokenBody, now = Date.now()): string {
		const claims: Claims = {
			s: [...new Set([...asked.subscribeKeys, ...asked.subscribePatterns])],
			a: asked.accessPattern,
			h: asked.holders.map(({ id, generation }) => [id, generation]),
			r: randomBytes(6).toString('base64url'),
			e: now + TOKEN_LIFE
		};
		grantOf(claims, '');
		const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
		const token = `${payload}.${this.#sign(payload)}`;
		if (token.length > MAX_TOKEN_LENGTH) throw new BadPattern('Too many or too long subscriptions for one token');
		return token;
	}

	/** What a token grants; undefined where it is not ours, was changed or has expired. */
	read(token: unknown, now = Date.now()): Grant | undefined {
		if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined;
		const [payload, signature, ...rest] = token.split('.');
		if (!payload || !signature || rest.length > 0) return undefined;
		if (!timingSafeEqual(digest(signature), digest(this.#sign(payload)))) return undefined;
		// Signed by us, so it parses. What an earlier release signed names no generations, and is none.
		const claims = Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
		if (!claims.success || claims.data.e <= now) return undefined;
		return grantOf(claims.data, signature);
	}

	#sign(payload: string): string {
		return createHmac('sha256', this.#secret).update(payload).digest('base64url');
	}
}

function grantOf({ s, a, h, e }: Claims, id: string): Grant {
	const mayTouch = a === undefined ? () => false : expression(a);
	const holders = h.map(([id, generation]) => ({ id, generation }));
	const grant: Grant = { keys: [], patterns: [], mayTouch, expires: e, holders, id };
	for (const source of s) {
		const matchRooms = subscription(source);
		if ('exact' in matchRooms) grant.keys.push(matchRooms.exact);
		else grant.patterns.push({ source, matches: matchRooms.matches });
	}
	return grant;
}
