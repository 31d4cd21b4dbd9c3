/** Raised, by a migration at the end of MIGRATIONS, for a change that older builds would read wrongly. Records without a number are of 1. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { SettingsError } from '../runtime/settings.ts';

/** Brings records to the next format. Runs again after a crash, and at several nodes at once: it changes nothing that is done. */
export type Migration = (store: Hpkv) => Promise<void>;

/** A change of new stores alone: earlier records stay as they are, until a later change moves them. */
const NEW_STORES = 'new stores';

const MIGRATIONS: readonly (Migration | typeof NEW_STORES)[] = [
	// 2: names of people have one log (lib/server/names/name-claims.ts).
	NEW_STORES
];

export const ONE_LOG_FORMAT = 2;

export const FORMAT = 1 + MIGRATIONS.length;

/** `2`, or `;2` and `;2;2` by first starts: the first number counts. */
const WRITTEN = /^;?([1-9]\d{0,8})(;[1-9]\d{0,8})*$/;

/** The format of the records; undefined for records without a number. @throws SettingsError if it is newer */
export async function readFormat(store: Hpkv, newest = FORMAT): Promise<number | undefined> {
	const stored = await store.get(keys.format);
	if (stored === undefined) return undefined;
	const number = Number(WRITTEN.exec(stored)?.[1]);
	if (number <= newest) return number;
	throw new SettingsError(
		`The store was written by a newer Parley (its format is ${stored.slice(0, 20)}, and this build knows ${newest}): start a newer build, or restore a backup from before the update`
	);
}

/** For commands, which write no number. @throws SettingsError if the records are of a newer format */
export async function assertFormat(store: Hpkv): Promise<void> {
	await readFormat(store, FORMAT);
}

export interface FormatOptions {
	/** Copies all records before a migration of this format, also again after a crash. @returns where to */
	snapshot: (format: number) => Promise<string>;
	/** Gets where the snapshot is, once it is whole. */
	onSnapshot?: (place: string) => void;
	migrations?: readonly (Migration | typeof NEW_STORES)[];
}

/** For the start: numbers a new store, and migrates an older one. @throws SettingsError if the records are of a newer format */
export async function claimFormat(
	store: Hpkv,
	{ snapshot, onSnapshot, migrations = MIGRATIONS }: FormatOptions
): Promise<void> {
	const newest = 1 + migrations.length;
	const number = await readFormat(store, newest);
	const format = number ?? (await firstFormat(store, newest));
	const later = migrations.slice(format - 1);
	if (later.some((migrate) => migrate !== NEW_STORES)) {
		const place = await snapshot(format).catch((error: unknown) => {
			const because = error instanceof Error ? error.message : String(error);
			throw new SettingsError(
				`The records are of format ${format} and would be brought to ${newest}, but no snapshot could be made first: ${because}. Nothing was changed`
			);
		});
		onSnapshot?.(place);
	}
	// A first start has appended its number: setting it would hide that an older build has replaced it.
	if (number === undefined && (newest === 1 || format < newest)) await store.set(keys.format, String(format));
	for (const [step, migrate] of later.entries()) {
		if (migrate === NEW_STORES) continue;
		await migrate(store);
		await store.set(keys.format, String(format + step + 1));
	}
}

/**
 * Appended, not set: of two builds that start on a new store at once, the later reads the earlier's number. A build that
 * knows only the first format sets its number over what it has not seen: place/origin.ts looks again.
 */
async function firstFormat(store: Hpkv, newest: number): Promise<number> {
	if (newest > 1 && (await isNew(store))) await store.patch(keys.format, `;${newest}`);
	// Or that of a node that started at the same time: it sets the number before anything else.
	return (await readFormat(store, newest)) ?? 1;
}

/** Whether Parley never wrote to the store, which may be another program's as well. The earliest versions had no instance. */
async function isNew(store: Hpkv): Promise<boolean> {
	const { names, rooms } = keys;
	const [instance, ...ranges] = await Promise.all([
		store.get(keys.instance),
		...[names, rooms].map(({ start, end }) => store.range(start, end, 1))
	]);
	return instance === undefined && ranges.every(({ records }) => records.length === 0);
}
