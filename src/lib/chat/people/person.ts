import { z } from 'zod';
import type { QuietHours } from './quiet-hours.ts';
import { ROLES, type Role } from './role.ts';

/** Text of a form or an address that is no person's id is no key of the store either. */
export const PERSON_ID = /^[a-z0-9]{1,40}$/;

/** `createdAt` in milliseconds since 1970. */
export const Person = z.object({ id: z.string(), name: z.string(), createdAt: z.number() });
export type Person = z.infer<typeof Person>;

/** The record of a session cookie; it carries the name, so a page needs one look-up. */
export const Session = z.object({
	person: z.string(),
	name: z.string(),
	createdAt: z.number(),
	/** Must equal the person's in {@link Standing}; absent in both for sessions of earlier versions. */
	generation: z.string().optional(),
	/** The beginning of the hour of the last use, in milliseconds since 1970. */
	usedAt: z.number().optional()
});
export type Session = z.infer<typeof Session>;

export const Standing = z.object({
	/** Absent in records of earlier versions: a member, or an operator by the next field. */
	role: z.enum(ROLES).optional(),
	/** Written by earlier versions only. */
	operator: z.boolean().optional(),
	blocked: z.boolean().optional(),
	deactivated: z.boolean().optional(),
	/** When a recovery link last signed the person in, in milliseconds since 1970. */
	recoveredAt: z.number().optional(),
	/** Random; a new one ends all sessions of the person. */
	generation: z.string().optional(),
	/** When sessions ended (milliseconds since 1970), by the beginning of their digest: a node may remember a session, and reads this. */
	ended: z.record(z.string(), z.number()).optional(),
	/** The present name, if changed since joining. */
	name: z.string().optional(),
	about: z.string().optional(),
	/** IANA time zone, if the person shows it. */
	zone: z.string().optional(),
	/** The file that is the person's picture. Null removes it. */
	avatar: z.string().nullable().optional().catch(undefined),
	/** Do not disturb. Null ends it. */
	quietHours: z.object({ from: z.string(), to: z.string(), zone: z.string() }).nullable().optional().catch(undefined)
});
export type Standing = z.infer<typeof Standing>;

export const roleOf = ({ role, operator }: Standing): Role => role ?? (operator ? 'operator' : 'member');

export interface SignedIn extends Session {
	role: Role;
	recoveredAt?: number;
	quietHours?: QuietHours;
}

/** What a sign-in link opens. Links of earlier versions have the first two fields and end only when revoked. */
export const SignIn = z.object({
	person: z.string(),
	createdAt: z.number(),
	kind: z.enum(['device', 'recovery']).optional(),
	/** Milliseconds since 1970. */
	until: z.number().optional(),
	/** Must equal the person's in {@link Standing}. */
	generation: z.string().optional(),
	/** Who made a recovery link: the operator's id, or `server`. */
	by: z.string().optional()
});
export type SignIn = z.infer<typeof SignIn>;
