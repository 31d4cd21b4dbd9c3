import { z } from 'zod';

/** `createdAt` in milliseconds since 1970. */
export const Person = z.object({ id: z.string(), name: z.string(), createdAt: z.number() });
export type Person = z.infer<typeof Person>;

/** The record of a session cookie; it carries the name, so a page needs one look-up. */
export const Session = z.object({ person: z.string(), name: z.string(), createdAt: z.number() });
export type Session = z.infer<typeof Session>;

export const Standing = z.object({
	operator: z.boolean().optional(),
	blocked: z.boolean().optional(),
	/** The present name, if changed since joining. */
	name: z.string().optional()
});
export type Standing = z.infer<typeof Standing>;

export interface SignedIn extends Session {
	operator: boolean;
}

export const SignIn = z.object({ person: z.string(), createdAt: z.number() });
export type SignIn = z.infer<typeof SignIn>;
