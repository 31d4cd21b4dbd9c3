/** What happens to messages after they are sent: the entries of a room's second log. */
import { z } from 'zod';
import { Mentioned } from './message.ts';

const entry = {
	/** The change's number in the room's log. */
	m: z.int().positive(),
	/** The message it happened to. */
	n: z.int().positive(),
	/** Milliseconds since 1970. */
	timestamp: z.number()
};

/** The message is stored so long after its number was given out that readers may have passed it. */
export const Late = z.object({ kind: z.literal('late'), ...entry });
/** Another text; it is gone from the entry when the message is deleted. */
export const Edited = z.object({
	kind: z.literal('edit'),
	...entry,
	message: z.string().optional(),
	/** Whom it mentions; filed beside the log, and told with the change. */
	mentions: z.array(Mentioned).readonly().optional()
});
export const Deleted = z.object({ kind: z.literal('delete'), ...entry });
/** Somebody's emoji, put on or taken off. */
export const Reacted = z.object({
	kind: z.literal('react'),
	...entry,
	person: z.string(),
	name: z.string(),
	emoji: z.string(),
	on: z.boolean()
});

export const Change = z.discriminatedUnion('kind', [Late, Edited, Deleted, Reacted]);
export type Change = z.infer<typeof Change>;

/** What stands under an edit's mark; blank when the message is deleted. */
export const EditMark = z.object({ message: z.string().optional(), timestamp: z.number() });
export type EditMark = z.infer<typeof EditMark>;
