/** Entries of the operators' log: who did what, to whom, when, from where. Never what people wrote, and no secret. */
import { z } from 'zod';

export const AUDITED_ACTS = {
	settings: 'Change settings',
	role: 'Change role',
	block: 'Block',
	unblock: 'Unblock',
	deactivate: 'Deactivate',
	reactivate: 'Reactivate',
	'remove-picture': 'Remove a picture',
	'recovery-link': 'Make a recovery link',
	'delete-messages': 'Delete messages',
	'delete-message': 'Delete message',
	archive: 'Archive',
	reopen: 'Reopen',
	'remove-member': 'Remove from a private room',
	'enter-room': 'Let themselves into a private room',
	'revoke-invitation': 'Revoke an invitation',
	'close-report': 'Close report'
} as const;
export type AuditedAct = keyof typeof AUDITED_ACTS;

/** Written before the act. `at` in milliseconds since 1970; names are those of that time. */
export const AuditEntry = z.object({
	id: z.string(),
	at: z.number(),
	by: z.string(),
	byName: z.string(),
	act: z.enum(Object.keys(AUDITED_ACTS) as [AuditedAct, ...AuditedAct[]]),
	person: z.string().optional(),
	personName: z.string().optional(),
	room: z.string().optional(),
	n: z.number().optional(),
	detail: z.string().optional(),
	address: z.string()
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Written after the act. */
export const AuditOutcome = z.object({
	at: z.number(),
	outcome: z.enum(['done', 'refused']),
	detail: z.string().optional()
});
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** Without an outcome, nobody knows whether the act was done: the process died, or the log could not be written. */
export type AuditLine = AuditEntry & { outcome?: AuditOutcome };
