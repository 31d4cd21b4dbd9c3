import { z } from 'zod';

/** A person's report of a message, with a copy of the text at that time. Times in milliseconds since 1970. */
export const Report = z.object({
	id: z.string(),
	at: z.number(),
	by: z.string(),
	byName: z.string(),
	reason: z.string(),
	room: z.string(),
	n: z.number(),
	author: z.string(),
	authorName: z.string(),
	sentAt: z.number(),
	text: z.string(),
	/** The copy had to be shortened to fit the store. */
	cut: z.literal(true).optional(),
	/** Merged when an operator marks the report as done. */
	doneAt: z.number().optional(),
	doneBy: z.string().optional()
});
export type Report = z.infer<typeof Report>;

export const reportRefusals = {
	empty: 'Say what’s wrong, in a few words.',
	'too-long': 'That is too long. Use fewer words.',
	gone: 'This message doesn’t exist.',
	deleted: 'This message was deleted.',
	already: 'You already reported this message.'
} as const;
export type ReportRefusal = keyof typeof reportRefusals;
