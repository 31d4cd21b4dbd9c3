import { z } from 'zod';
import type { AttachedFile } from '../files/file.ts';

const File = z.object({
	id: z.string(),
	name: z.string(),
	type: z.string(),
	size: z.number(),
	w: z.number().optional(),
	h: z.number().optional(),
	alt: z.string().optional()
}) satisfies z.ZodType<AttachedFile>;

/** A stored message. `n` is its number in the room (1, 2, 3 …), `timestamp` milliseconds since 1970. */
export const ChatMessage = z.object({
	n: z.int().positive(),
	/** The send id: unique for its person and room. */
	id: z.string(),
	room: z.string(),
	person: z.string(),
	sender: z.string(),
	/** Empty if deleted, or if there are files alone. */
	message: z.string(),
	timestamp: z.number(),
	/** The number of the message that it replies to. */
	re: z.int().positive().optional(),
	/** Facts of the attached files. A page shows the files from these, without a read of each file's record. */
	files: z.array(File).readonly().optional(),
	/** A deleted message keeps its number and author. */
	deleted: z.literal(true).optional()
});
export type ChatMessage = z.infer<typeof ChatMessage>;

export const Mentioned = z.object({ person: z.string(), name: z.string() });
export type Mentioned = z.infer<typeof Mentioned>;

export const Void = z.object({ n: z.int().positive(), void: z.literal(true) });
export type Void = z.infer<typeof Void>;

export const StoredMessage = z.union([ChatMessage, Void]);
export type StoredMessage = z.infer<typeof StoredMessage>;
