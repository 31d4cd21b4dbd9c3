/** The rooms that a person has starred: one merged record, so that stars of two tabs both remain. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_STARS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';

/** By room id. A removed star is `null` where the store had no record to merge it into. */
const Stars = z.record(z.string(), z.literal(1).nullable());

export async function readStars(store: Hpkv, person: string): Promise<ReadonlySet<string>> {
	const stars = parsed(Stars, await store.get(keys.stars(person))) ?? {};
	return new Set(Object.keys(stars).filter((room) => stars[room] !== null));
}

/** @returns false if the person has MAX_STARS already */
export async function starRoom(store: Hpkv, person: string, room: string, starred: boolean): Promise<boolean> {
	if (starred) {
		const stars = await readStars(store, person);
		if (stars.has(room)) return true;
		if (stars.size >= MAX_STARS) return false;
	}
	await store.patch(keys.stars(person), JSON.stringify({ [room]: starred ? 1 : null }));
	return true;
}
