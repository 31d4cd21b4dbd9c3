import type { ChatRoom, RoomState } from './room.ts';

/** A room as it is now. */
export interface RoomDetails {
	id: string;
	slug: string;
	name: string;
	/** What it is for, in a sentence or two; empty where nobody has said so. */
	topic: string;
	/** It is read, and no longer written in. */
	archived: boolean;
	createdAt: number;
	createdBy: string;
}

export const roomDetails = (room: ChatRoom, state: RoomState): RoomDetails => ({
	...{ topic: '', archived: false },
	...room,
	...state
});
