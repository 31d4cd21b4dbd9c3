/** `dropped:{holder}` counts how often a token's holder was dropped: tokens that are older are refused, their sockets closed. */
const DROPPED = 'dropped:';

export const droppedKey = (holder: string) => `${DROPPED}${holder}`;

/** The holder whom a write to this key drops. */
export const droppedHolder = (key: string): string | undefined =>
	key.startsWith(DROPPED) ? key.slice(DROPPED.length) : undefined;
