/** The sessions of a person as their list of devices. What counts is the session itself; its listing is for display. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { DEVICES_SHOWN, LISTINGS_LOOKED_UP, SESSION_USE_MS } from '../../chat/limits.ts';
import type { Session } from '../../chat/people/person.ts';
import { idOfListed, keys } from '../../chat/storage/keys.ts';
import { dropPerson, dropSession } from '../people/holders.ts';
import { newGeneration } from '../people/people.ts';
import { endSession, loadSessionBy, type Age } from '../people/sessions.ts';
import { changeStanding } from '../people/standing.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** Sessions of earlier versions name no device. */
const Listed = z.object({
	browser: z.string().optional(),
	address: z.string().optional(),
	createdAt: z.number().optional(),
	usedAt: z.number().optional()
});

export interface ListedDevice {
	/** The digest of the session's token. */
	id: string;
	browser: string;
	address: string;
	/** The beginning of the hour of the last use. */
	usedAt: number;
	isThis: boolean;
}

/** The devices used last. Removes listings of ended sessions, except of the last hour: a session is listed before it is opened. */
export async function listDevices(
	store: Hpkv,
	{ person, generation }: Pick<Session, 'person' | 'generation'>,
	{ mine, age }: { mine: string | undefined; age: Age }
): Promise<ListedDevice[]> {
	const records = await readRange(store, keys.sessionsOf(person));
	const listed = records.map(({ key, value }) => ({ id: idOfListed(key), ...parsed(Listed, value) }));
	const lastUse = ({ usedAt, createdAt }: z.infer<typeof Listed>) => usedAt ?? createdAt ?? 0;
	listed.sort((a, b) => lastUse(b) - lastUse(a));
	const devices: ListedDevice[] = [];
	// One after another: a person has a few, and ended ones are removed.
	for (const each of listed.slice(0, LISTINGS_LOOKED_UP)) {
		if (devices.length === DEVICES_SHOWN) break;
		const session = await loadSessionBy(store, each.id, age);
		if (session?.person === person && session.generation === generation) {
			const { id, browser = 'Unknown browser', address = '' } = each;
			const usedAt = session.usedAt ?? lastUse(each);
			devices.push({ id, browser, address, usedAt, isThis: id === mine });
		} else if (age.now - lastUse(each) > 2 * SESSION_USE_MS) await endSession(store, person, each.id);
	}
	return devices;
}

/** @returns false where it is no session of this person */
export async function endDevice(store: Hpkv, person: string, id: string, age: Age): Promise<boolean> {
	const session = await loadSessionBy(store, id, age);
	if (session?.person !== person) return false;
	await endSession(store, person, id);
	await dropSession(store, id);
	return true;
}

/** @returns the generation with which the person enters again */
export async function endAllDevices(store: Hpkv, person: string): Promise<string> {
	const generation = newGeneration();
	await changeStanding(store, person, 'generation', generation);
	await dropPerson(store, person);
	return generation;
}
