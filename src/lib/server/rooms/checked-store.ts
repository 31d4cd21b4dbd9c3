/** The store for the changes of one request in a room: a write that comes late asks for the rights again. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { RIGHTS_KEPT_MS } from '../../chat/limits.ts';
import { mayWriteNow, type RoomEntry, type RoomRefusal } from './access.ts';

export class RightsEnded extends Error {
	override readonly name = 'RightsEnded';
	readonly refusal: Omit<RoomRefusal, 'ok'>;
	constructor(refusal: Omit<RoomRefusal, 'ok'>) {
		super('The rights have ended');
		this.refusal = refusal;
	}
}

/** For changes that are allowed in an archived room too: deletions, and changes of its members. */
export const storeOf = (store: Hpkv, entry: RoomEntry): Hpkv => checked(store, entry, () => undefined);

/** For writing in the room: also refused if it was archived meanwhile, or if one of two people has blocked the other. */
export const writingStoreOf = (store: Hpkv, entry: RoomEntry, person: string): Hpkv =>
	checked(store, entry, (now) => {
		const writes = mayWriteNow(now, person);
		return writes.ok ? undefined : writes;
	});

function checked(
	store: Hpkv,
	entry: RoomEntry,
	refusal: (entry: RoomEntry) => Omit<RoomRefusal, 'ok'> | undefined
): Hpkv {
	let { askedAt } = entry;
	const check = async <Done>(write: () => Promise<Done>): Promise<Done> => {
		if (performance.now() - askedAt > RIGHTS_KEPT_MS) {
			const now = await entry.again({ forWriting: true });
			const refused = now.ok ? refusal(now) : now;
			if (refused) throw new RightsEnded(refused);
			if (now.ok) ({ askedAt } = now);
		}
		return write();
	};
	return {
		...store,
		set: (key, value) => check(() => store.set(key, value)),
		patch: (key, value) => check(() => store.patch(key, value)),
		increment: (key, by) => check(() => store.increment(key, by))
	};
}
