import { z } from 'zod';

/** A room as it was created; `createdAt` in milliseconds since 1970, `createdBy` the id of a person. */
export const ChatRoom = z.object({
	id: z.string(),
	slug: z.string(),
	name: z.string(),
	createdAt: z.number(),
	createdBy: z.string()
});
export type ChatRoom = z.infer<typeof ChatRoom>;

/** What has become of a room since it was created; each member is there once it was changed. */
export const RoomState = z.object({
	name: z.string().optional(),
	slug: z.string().optional(),
	topic: z.string().optional(),
	archived: z.boolean().optional()
});
export type RoomState = z.infer<typeof RoomState>;

/** The newest message of a room, cut to what a list shows. */
export const LastMessage = z.object({
	n: z.int().positive(),
	sender: z.string(),
	/** The first 120 characters. */
	text: z.string(),
	timestamp: z.number()
});
export type LastMessage = z.infer<typeof LastMessage>;

/** A line of the room list, as one person sees it. */
export interface RoomRow {
	id: string;
	slug: string;
	name: string;
	createdAt: number;
	last?: LastMessage;
	/** How many message numbers it gave out. */
	count: number;
	/** The last number that whoever asks has read; nothing, where they have never been. */
	read?: number;
	/** The numbers of the unread messages that mention them; of many, the newest. */
	mentions?: number[];
	/** It is read, and no longer written in. */
	archived?: boolean;
}
