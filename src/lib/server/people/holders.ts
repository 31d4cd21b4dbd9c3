/**
 * Holders are the names of a person and of a session in the store. A subscribe token belongs to two of them. When the store
 * drops a holder, its sockets close and its tokens are refused. admission/admit.ts checks again the requests that are being
 * answered.
 */
import type { Holder, Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { idFrom } from '../storage/ids.ts';

export const personHolder = (person: string) => idFrom(`person ${person}`);
export const sessionHolder = (sessionDigest: string) => idFrom(`session ${sessionDigest}`);

/** The person first: the bound on open sockets counts for the first holder. */
export const holdersOf = (person: string, sessionDigest: string | undefined): string[] => [
	personHolder(person),
	...(sessionDigest === undefined ? [] : [sessionHolder(sessionDigest)])
];

/** For a new token. Read before the rights of the person: what ends them afterwards refuses the token. */
export const tokenHolders = (store: Hpkv, person: string, sessionDigest: string | undefined): Promise<Holder[]> =>
	Promise.all(holdersOf(person, sessionDigest).map(async (id) => ({ id, generation: await store.generationOf(id) })));

/** After a block, a deactivation, or the end of all sessions was stored. */
export const dropPerson = (store: Hpkv, person: string): Promise<void> => drop(store, personHolder(person));

/** After the session was deleted. */
export const dropSession = (store: Hpkv, sessionDigest: string): Promise<void> =>
	drop(store, sessionHolder(sessionDigest));

async function drop(store: Hpkv, holder: string): Promise<void> {
	await store.dropHolder(holder);
	await store.set(keys.access, holder);
}
