/** The bodies of REST: what a client sends and what it may rely on in the answer. Operations are in operations.ts. */
import { z } from 'zod';
import { MAX_HOLDERS, MAX_PATTERN_LENGTH, MAX_SUBSCRIPTIONS } from './limits.ts';
import { HolderName, Increment, Key, Value } from './operations.ts';

/** `POST /record`. Any other `partialUpdate` than true is a plain set. */
export const RecordBody = z.object({
	key: Key,
	value: Value,
	partialUpdate: z.boolean({ error: 'partialUpdate must be a boolean' }).default(false)
});

/** `POST /record/atomic`. */
export const AtomicBody = z.object({ key: Key, increment: Increment });

const Subscriptions = (name: string) =>
	z
		.array(
			z.string({ error: `${name} must hold strings` }).min(1, { error: `${name} must not hold an empty string` }),
			{
				error: `${name} must be an array`
			}
		)
		.max(MAX_SUBSCRIPTIONS, { error: `${name} must hold at most ${MAX_SUBSCRIPTIONS} entries` })
		.default([]);

/**
 * `POST /token/websocket`. Older clients send exact `subscribeKeys`, newer ones `subscribePatterns`: the bearer hears
 * both. Without `accessPattern` it may touch no key at all.
 */
export const TokenBody = z.object({
	subscribeKeys: Subscriptions('subscribeKeys'),
	subscribePatterns: Subscriptions('subscribePatterns'),
	accessPattern: z
		.string({ error: 'accessPattern must be a string' })
		.max(MAX_PATTERN_LENGTH, { error: `accessPattern must be at most ${MAX_PATTERN_LENGTH} characters` })
		.optional(),
	// Not HPKV's: ours says whose sockets are counted together, and closed together.
	holders: z
		.array(
			z.object(
				{ id: HolderName, generation: z.int({ error: 'generation must be a safe integer' }) },
				{ error: 'holders must hold objects with id and generation' }
			),
			{ error: 'holders must be an array' }
		)
		.max(MAX_HOLDERS, { error: `holders must hold at most ${MAX_HOLDERS} entries` })
		.default([])
});
export type TokenBody = z.infer<typeof TokenBody>;

/** What our own client reads from the answers of any endpoint; everything else in them is free. */
export const GotAnswer = z.object({ value: z.string() });
export const RangeAnswer = z.object({
	records: z.array(z.object({ key: z.string(), value: z.string() })),
	truncated: z.boolean().default(false)
});
export const AtomicAnswer = z
	.object({ result: z.number().optional(), newValue: z.number().optional() })
	.transform(({ result, newValue }) => result ?? newValue)
	.pipe(z.number());
export const TokenAnswer = z.object({ token: z.string().min(1) });
export const ErrorAnswer = z.object({ error: z.string() });
