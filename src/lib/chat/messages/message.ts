import { z } from 'zod';

/** A message as it is stored. `n` is its number in the room (1, 2, 3 …), `timestamp` milliseconds since 1970. */
export const ChatMessage = z.object({
	n: z.int().positive(),
	/** The id of the send that made it: unique for its person and room. */
	id: z.string(),
	room: z.string(),
	person: z.string(),
	sender: z.string(),
	/** Empty in a deleted one. */
	message: z.string(),
	timestamp: z.number(),
	/** What is left of a deleted message: that there was one, and whose. */
	deleted: z.literal(true).optional()
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Somebody whom a message mentions, by the name that it says. */
export const Mentioned = z.object({ person: z.string(), name: z.string() });
export type Mentioned = z.infer<typeof Mentioned>;

/** A number that was given out and came to nothing: its send had won another one. */
export const Void = z.object({ n: z.int().positive(), void: z.literal(true) });
export type Void = z.infer<typeof Void>;

/** All that can stand under a message key. */
export const StoredMessage = z.union([ChatMessage, Void]);
export type StoredMessage = z.infer<typeof StoredMessage>;
