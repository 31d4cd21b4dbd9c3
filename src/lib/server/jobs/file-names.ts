/** Files names from before look-alike claims, once per store. Until then a new name is refused only by its plain form (names/two-logs.ts). */
import type { Hpkv } from '../../../hpkv/port.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readToken } from '../storage/claims.ts';
import { fileLookAlikes } from '../names/two-logs.ts';
import { claimRoomName, ROOM_NAMES } from '../rooms/room-names.ts';
import { listRooms } from '../room-list/list-rooms.ts';
import { PEOPLE_NAMES } from '../people/person-names.ts';

export async function fileEarlierNames(store: Hpkv): Promise<void> {
	if ((await store.get(keys.namesFiled)) !== undefined) return;
	for (let { start } = keys.names; ;) {
		const { records, truncated } = await store.range(start, keys.names.end, 1_000);
		for (const { value } of records) {
			const [first] = tokensIn(value);
			const person = first === undefined ? undefined : PEOPLE_NAMES.parse(readToken(first));
			if (person) await fileLookAlikes(store, PEOPLE_NAMES, person);
		}
		const last = records.at(-1);
		if (!truncated || !last) break;
		start = `${last.key}\0`;
	}
	for (const { id, name } of await listRooms(store)) {
		const room = ROOM_NAMES.parse(JSON.parse((await store.get(keys.room(id))) ?? 'null'));
		if (room) await claimRoomName(store, room, name);
	}
	await store.set(keys.namesFiled, 'true');
}
