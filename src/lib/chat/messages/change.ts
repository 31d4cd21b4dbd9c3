import { z } from 'zod';
import { Mentioned } from './message.ts';

const entry = {
	m: z.int().positive(),
	/** The number of the changed message. */
	n: z.int().positive(),
	/** Milliseconds since 1970. */
	timestamp: z.number()
};

/** The message was stored so late that readers may have passed its number. */
export const Late = z.object({ kind: z.literal('late'), ...entry });
/** An edit; `message` is absent once the message is deleted. */
export const Edited = z.object({
	kind: z.literal('edit'),
	...entry,
	message: z.string().optional(),
	/** Stored beside the log and sent with the change. */
	mentions: z.array(Mentioned).readonly().optional()
});
export const Deleted = z.object({ kind: z.literal('delete'), ...entry });
export const Reacted = z.object({
	kind: z.literal('react'),
	...entry,
	person: z.string(),
	name: z.string(),
	emoji: z.string(),
	on: z.boolean()
});

/** What happened behind message `n`, which it does not change: all comings, goings and changes of the room's kind so far, in one line. */
export const Lined = z.object({
	kind: z.literal('line'),
	...entry,
	text: z.string(),
	/** What has happened before message 1, while the room had none. */
	above: z.string().optional()
});

export const Change = z.discriminatedUnion('kind', [Late, Edited, Deleted, Reacted, Lined]);
export type Change = z.infer<typeof Change>;

/** The value of an edit mark; without `message` once the message is deleted. */
export const EditMark = z.object({ message: z.string().optional(), timestamp: z.number() });
export type EditMark = z.infer<typeof EditMark>;
