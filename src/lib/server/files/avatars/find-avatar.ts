/** Who is given the file of an avatar or of the logo. */
import type { Hpkv } from '../../../../hpkv/port.ts';
import { seesAvatar, type Actor } from '../../../chat/people/permissions.ts';
import type { Place } from '../../../chat/place/place.ts';
import { readStanding } from '../../people/standing.ts';
import { FILE_ID, readFileRecord, type FileRecord } from '../file-records.ts';

/** The logo, for everybody: it is on the page by which people sign in. A person's avatar for those whose pages show it. */
export async function findAvatar(
	store: Hpkv,
	{ actor, place }: { actor: Actor; place: Place },
	id: string
): Promise<FileRecord | undefined> {
	const record = FILE_ID.test(id) ? await readFileRecord(store, id) : undefined;
	if (!record || place.logo === id) return record;
	if (!seesAvatar(actor, { person: record.person, reading: place.reading })) return undefined;
	const { avatar, blocked } = await readStanding(store, record.person);
	return avatar === id && !blocked ? record : undefined;
}
