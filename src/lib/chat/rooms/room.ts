import { z } from 'zod';

/** A room as created; `createdAt` in milliseconds since 1970, `createdBy` a person id. */
export const ChatRoom = z.object({
	id: z.string(),
	slug: z.string(),
	name: z.string(),
	createdAt: z.number(),
	createdBy: z.string()
});
export type ChatRoom = z.infer<typeof ChatRoom>;

/** Later changes of a room; each member is present once changed. */
export const RoomState = z.object({
	name: z.string().optional(),
	slug: z.string().optional(),
	topic: z.string().optional(),
	archived: z.boolean().optional()
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
	name: string;
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
	/** Whether the person has starred the room. */
	starred?: boolean;
}
