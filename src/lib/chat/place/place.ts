import { z } from 'zod';

export const JOINING = ['invite', 'open', 'closed'] as const;
export const READING = ['members', 'everyone'] as const;
export const CREATE_ROOMS = ['members', 'operators'] as const;
export const INVITES = ['members', 'operators'] as const;

export type Joining = (typeof JOINING)[number];
export type Reading = (typeof READING)[number];

/** The stored record; fields that are absent or damaged have the values of {@link CLOSED}. */
export const PlaceRecord = z.object({
	name: z.string().optional().catch(undefined),
	welcome: z.string().optional().catch(undefined),
	joining: z.enum(JOINING).optional().catch(undefined),
	reading: z.enum(READING).optional().catch(undefined),
	createRooms: z.enum(CREATE_ROOMS).optional().catch(undefined),
	invites: z.enum(INVITES).optional().catch(undefined),
	/** The file that is the logo. Null removes it. */
	logo: z.string().nullable().optional().catch(undefined),
	/** Whether an owner or operator has chosen the settings, at the set-up or later. */
	chosen: z.boolean().optional().catch(undefined)
});
export type PlaceRecord = z.infer<typeof PlaceRecord>;

export interface Place {
	name: string;
	/** A line for people who sign in or join; may be empty. */
	welcome: string;
	joining: Joining;
	reading: Reading;
	createRooms: (typeof CREATE_ROOMS)[number];
	invites: (typeof INVITES)[number];
	logo?: string | null;
	chosen: boolean;
}

/** A new place, and one whose record is missing or damaged. */
export const CLOSED: Place = {
	name: 'Parley',
	welcome: '',
	joining: 'invite',
	reading: 'members',
	createRooms: 'members',
	invites: 'members',
	chosen: false
};

/** A store of a version that had no settings, until somebody changes them. */
export const OPEN: Place = { ...CLOSED, joining: 'open', reading: 'everyone' };
