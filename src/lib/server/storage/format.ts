/**
 * The format of the records, as a number in the store. A change that an older build would read wrongly raises it, with a
 * migration here that makes a backup first; there is none yet. A store without a number is of the first format.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { SettingsError } from '../runtime/settings.ts';

export const FORMAT = 1;

/** For commands, which write no number. @throws SettingsError if the records are of a newer format */
export async function assertFormat(store: Hpkv): Promise<'numbered' | 'unnumbered'> {
	const stored = await store.get(keys.format);
	if (stored === undefined) return 'unnumbered';
	if (/^[1-9]\d{0,8}$/.test(stored) && Number(stored) <= FORMAT) return 'numbered';
	throw new SettingsError(
		`The store was written by a newer Parley (its format is ${stored.slice(0, 20)}, and this build knows ${FORMAT}): start a newer build, or restore a backup from before the update`
	);
}

/** For the start. @throws SettingsError if the records are of a newer format */
export async function claimFormat(store: Hpkv): Promise<void> {
	if ((await assertFormat(store)) === 'unnumbered') await store.set(keys.format, String(FORMAT));
}
