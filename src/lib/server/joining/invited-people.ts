import { MAX_INVITED_NAMES } from '../../chat/limits.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { readPerson } from '../people/standing.ts';

export interface InvitedPeople {
	/** Present names, in the order of the uses. */
	names: string[];
	/** Whose join was not finished. They hold their use, and the same form finishes it. */
	unfinished: number;
	more: number;
}

export async function invitedPeople(store: Hpkv, winners: readonly string[]): Promise<InvitedPeople> {
	const looked = winners.slice(0, MAX_INVITED_NAMES);
	const found = await Promise.all(looked.map((beginning) => nameOf(store, beginning)));
	const names = found.filter((name) => name !== undefined);
	return { names, unfinished: looked.length - names.length, more: winners.length - looked.length };
}

async function nameOf(store: Hpkv, beginning: string): Promise<string | undefined> {
	const { start, end } = keys.peopleLike(beginning);
	const [record] = (await store.range(start, end, 1)).records;
	return record && (await readPerson(store, idOf(record.key)))?.name;
}
