import { kindOf, unlistedAddress } from './kind.ts';
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
	/** Absent for an open room. */
	kind?: 'private' | 'direct';
	/** Of a private room: changes when somebody is added. Messages carry it: `pageDay` of chat/messages/draft.ts. */
	added?: string;
	people?: readonly string[];
	/** Of a direct room whose reader may not write there: why, in a sentence. */
	closed?: string;
	/** The reader has blocked the other's direct messages. */
	blocks?: true;
}

export function roomDetails(room: ChatRoom, state: RoomState): RoomDetails {
	const { id, createdAt, createdBy, people } = room;
	const { name = room.name, topic = '', archived = false, slug = room.slug } = state;
	const kind = kindOf(id, state);
	if (kind === 'open') return { id, slug, name, topic, archived, createdAt, createdBy };
	const added = kind === 'private' ? (state.added ?? '') : undefined;
	return { id, slug: unlistedAddress(id), name, topic, archived, createdAt, createdBy, kind, people, added };
}
