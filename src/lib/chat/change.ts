import { z } from 'zod';

/** What happened to a message after it was sent. `m` is its number in the room's change log. */
export const Change = z.object({
	m: z.int().positive(),
	/** `late`: message `n` is stored so long after its number was given out that readers may have passed it. */
	kind: z.literal('late'),
	n: z.int().positive(),
	/** Milliseconds since 1970. */
	timestamp: z.number()
});
export type Change = z.infer<typeof Change>;
