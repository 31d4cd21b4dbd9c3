import { z } from 'zod';

/** Somebody who may write; `createdAt` in milliseconds since 1970. */
export const Person = z.object({ id: z.string(), name: z.string(), createdAt: z.number() });
export type Person = z.infer<typeof Person>;

/** What a session cookie stands for; it carries the name, so a page needs one lookup. */
export const Session = z.object({ person: z.string(), name: z.string(), createdAt: z.number() });
export type Session = z.infer<typeof Session>;

/** What has become of a person since they joined; for most people nothing stands there. */
export const Standing = z.object({
	operator: z.boolean().optional(),
	blocked: z.boolean().optional(),
	/** The name they go by now, where it is not the one they joined under. */
	name: z.string().optional()
});
export type Standing = z.infer<typeof Standing>;

/** Somebody who is signed in. */
export interface SignedIn extends Session {
	operator: boolean;
}

/** What a sign-in link stands for. */
export const SignIn = z.object({ person: z.string(), createdAt: z.number() });
export type SignIn = z.infer<typeof SignIn>;
