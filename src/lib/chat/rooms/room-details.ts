import type { ChatRoom, RoomState } from './room.ts';

export interface RoomDetails {
	id: string;
	slug: string;
	name: string;
	topic: string;
	/** An archived room can be read and takes no messages. */
	archived: boolean;
	createdAt: number;
	createdBy: string;
}

export const roomDetails = (room: ChatRoom, state: RoomState): RoomDetails => ({
	...{ topic: '', archived: false },
	...room,
	...state
});
