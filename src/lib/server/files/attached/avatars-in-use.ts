import type { Hpkv } from '../../../../hpkv/port.ts';
import { Standing } from '../../../chat/people/person.ts';
import { PlaceRecord } from '../../../chat/place/place.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { parsed } from '../../storage/parse-json.ts';
import { readRange } from '../../storage/ranges.ts';

/** Which files are the picture of a person, blocked or not, or the logo. An unreadable record may name any. */
export async function readIsAvatar(store: Hpkv): Promise<(file: string) => boolean> {
	const [standings, settings] = await Promise.all([readRange(store, keys.standings), store.get(keys.settings)]);
	const all = standings.map(({ value }) => parsed(Standing, value));
	const place = settings === undefined ? {} : parsed(PlaceRecord, settings);
	if (!place || all.includes(undefined)) return () => true;
	const files = new Set([place.logo, ...all.map((standing) => standing?.avatar)]);
	return (file) => files.has(file);
}
