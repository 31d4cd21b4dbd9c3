import type { ChatRoom, RoomState } from './room.ts';

/** A room as it is now. */
export interface RoomNow {
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

export const roomNow = (room: ChatRoom, state: RoomState): RoomNow => ({
	...{ topic: '', archived: false },
	...room,
	...state
});

/** Who may rename, describe and archive a room: whoever created it, and operators. */
export const mayChange = (room: { createdBy: string }, person?: { id: string; operator: boolean }): boolean =>
	person !== undefined && (person.operator || person.id === room.createdBy);
