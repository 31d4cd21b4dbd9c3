/** Names that would be taken for the place itself, or for a word that addresses several people. */
import { lookAlike } from './look-alikes.ts';

const RESERVED = [
	...['admin', 'administrator', 'operator', 'moderator', 'owner', 'guest', 'system', 'support', 'parley', 'root'],
	...['everyone', 'everybody', 'here', 'channel', 'room']
];

/** A name that was claimed before it was reserved stays its person's. */
export const isReserved = (name: string, placeName: string): boolean =>
	[...RESERVED, placeName.toLowerCase()].some((reserved) => lookAlike(reserved, name.toLowerCase()));
