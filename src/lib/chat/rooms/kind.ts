/** The kinds of room. An id's first letter says as what the room was created: ids of open rooms are base32, without `0` and `1`. */
import type { RoomState } from './room.ts';

/** `private`: for its members alone. `direct`: direct messages, between the people that it was made for and nobody else. */
export type RoomKind = 'open' | 'private' | 'direct';

export const PRIVATE_ID = '0';
export const DIRECT_ID = '1';

export const unlistedId = (first: typeof PRIVATE_ID | typeof DIRECT_ID, letters: string) =>
	first + letters.slice(0, 25);

/** Whether a room of this id was created private or direct. */
export const isUnlistedId = (id: string) => /^[01][a-z2-7]{25}$/.test(id);

/** What is missing or damaged is not open, unless the room was created open and never changed. */
export function kindOf(id: string, { kind }: Pick<RoomState, 'kind'>): RoomKind {
	if (id.startsWith(DIRECT_ID)) return 'direct';
	return kind ?? (id.startsWith(PRIVATE_ID) ? 'private' : 'open');
}

/** The part of the address of a private or direct room behind `/rooms/`. No name makes an address with `~`. */
export const unlistedAddress = (id: string) => `~${id}`;

/** The id in such an address; undefined in any other. */
export const idInAddress = (address: string) =>
	address.startsWith('~') && isUnlistedAddressId(address.slice(1)) ? address.slice(1) : undefined;

/** A room that was created open and made private keeps its id. */
const isUnlistedAddressId = (id: string) => /^[a-z0-9-]{1,40}$/.test(id);
