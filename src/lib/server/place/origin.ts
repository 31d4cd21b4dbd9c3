import { z } from 'zod';
import { OPEN } from '../../chat/place/place.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim, winner } from '../storage/claims.ts';
import { SettingsError } from '../runtime/settings.ts';
import { ONE_LOG_FORMAT, readFormat } from '../storage/format.ts';

/** `names`: whether look-alikes of people have one log. */
const Origin = z.object({ origin: z.enum(['new', 'older']), names: z.literal('one').optional() });
type Origin = z.infer<typeof Origin>;

/** Whether the store was new or had people, decided once. An older one had no settings: all may read and join until that is changed. */
export async function claimOrigin(store: Hpkv): Promise<'new' | 'older'> {
	const decided = await read(store);
	if (decided) return checked(store, decided);
	const { start, end } = keys.names;
	const { records } = await store.range(start, end, 1);
	const origin = records.length > 0 ? 'older' : 'new';
	// Before the claim: a crash between the two must not close the place to its people.
	if (origin === 'older' && (await store.get(keys.settings)) === undefined) {
		await store.patch(keys.settings, JSON.stringify(OPEN));
	}
	// Builds that know two logs alone start on no store of the format of one.
	const isOneLog = origin === 'new' && (await isOneLogFormat(store));
	const mine: Origin = { origin, ...(isOneLog && { names: 'one' }) };
	return checked(store, Origin.safeParse(await claim(store, keys.origin, mine)).data ?? { origin: 'new' });
}

const isOneLogFormat = async (store: Hpkv) => ((await readFormat(store)) ?? 1) >= ONE_LOG_FORMAT;

/** @throws SettingsError where a build that knows two logs alone has started on the new store at the same moment, and may still run */
async function checked(store: Hpkv, { origin, names }: Origin): Promise<Origin['origin']> {
	if (names !== 'one' || (await isOneLogFormat(store))) return origin;
	await store.set(keys.format, String(ONE_LOG_FORMAT));
	throw new SettingsError(
		'An older Parley has started on this new store at the same moment, and would give names away that are taken: end it, then start this one again'
	);
}

/** Undefined before the first start of this version. */
export const readOrigin = async (store: Hpkv): Promise<'new' | 'older' | undefined> => (await read(store))?.origin;

/** How many logs the look-alikes of a person's name have. Decided once, with the origin. */
export const readNameLogs = async (store: Hpkv): Promise<'one' | 'two'> => (await read(store))?.names ?? 'two';

const read = async (store: Hpkv): Promise<Origin | undefined> =>
	Origin.safeParse(await winner(store, keys.origin)).data;
