import { z } from 'zod';
import type { Level } from './levels.ts';

/** A room as created; `createdAt` in milliseconds since 1970, `createdBy` a person id. */
export const ChatRoom = z.object({
	id: z.string(),
	slug: z.string(),
	name: z.string(),
	createdAt: z.number(),
	createdBy: z.string(),
	/** The people of a direct room, ascending by id. */
	people: z.array(z.string()).optional()
});
export type ChatRoom = z.infer<typeof ChatRoom>;

/** Later changes of a room; each member is present once changed. */
export const RoomState = z.object({
	name: z.string().optional(),
	slug: z.string().optional(),
	topic: z.string().optional(),
	archived: z.boolean().optional(),
	/** Read through {@link kindOf} of kind.ts. */
	kind: z.enum(['open', 'private']).optional(),
	/** The epoch: part of the keys that the members of a private or direct room hear. */
	e: z.string().optional(),
	/** Epochs whose listeners have not been told yet that there is another; and the present one. */
	es: z.record(z.string(), z.literal(1)).optional(),
	/** The id of the last adding of a person to a private room: what was written before is for fewer people. */
	added: z.string().optional(),
	/** Memberships that were revoked, by their ids, and when (milliseconds since 1970). */
	x: z.record(z.string(), z.number()).optional(),
	/** The newest messages with `@everyone`, by number: see everyone-marks.ts. */
	everyone: z.record(z.string(), z.string()).optional().catch(undefined),
	/** First numbers of members who were let in from now on. Live events tell no texts of messages before the highest. */
	firsts: z.record(z.string(), z.literal(1)).optional(),
	/** The people of a direct room for two who have blocked the other's messages. */
	closed: z.record(z.string(), z.literal(true)).optional()
});
export type RoomState = z.infer<typeof RoomState>;

export const LastMessage = z.object({
	n: z.int().positive(),
	sender: z.string(),
	text: z.string(),
	timestamp: z.number()
});
export type LastMessage = z.infer<typeof LastMessage>;

export interface RoomRow {
	id: string;
	slug: string;
	/** Of a direct room, the names of the others. */
	name: string;
	/** Absent for an open room. */
	kind?: 'private' | 'direct';
	/** Of direct messages with one person, or with oneself: whose. */
	person?: string;
	/** Of direct messages with several people: how many others there are. */
	others?: number;
	/** Sent to a browser where the room has no messages: it is the room's activity. */
	createdAt?: number;
	/** Without the sender and the text where the list shows no previews. */
	last?: Pick<LastMessage, 'n' | 'timestamp'> & Partial<LastMessage>;
	/** Message numbers given out, voids included. */
	count: number;
	/** The read mark; absent where the person has never visited. */
	read?: number;
	/** Numbers of unread messages that mention the person; the newest, where there are many. */
	mentions?: number[];
	archived?: boolean;
	starred?: boolean;
	level?: Level;
	/** New messages change nothing but the number of mentions: see levels.ts. */
	quiet?: boolean;
	/** When a quiet room ceases to be quiet; absent where it stays so. */
	mutedUntil?: number;
	/** The person was added to the private room, and has not opened it yet. */
	unvisited?: true;
	/** Left out of the list, except while it is open. */
	hidden?: boolean;
}
