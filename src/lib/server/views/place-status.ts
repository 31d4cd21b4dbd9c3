/** What is known of the store and the process, for operators. No secret: no key, no token, no address with one. */
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_PEOPLE_LISTED } from '../../chat/limits.ts';
import { keys, type KeyRange } from '../../chat/storage/keys.ts';
import type { StoreSettings } from '../runtime/settings.ts';
import { RANGE_LIMIT } from '../storage/ranges.ts';

export interface Counted {
	count: number;
	/** There are more than were counted. */
	isPart: boolean;
}

export interface PlaceStatus {
	mode: StoreSettings['mode'];
	/** The directory of an embedded store, or the host of an endpoint. */
	where: string;
	/** Bytes; absent for an endpoint, or where the system does not tell. */
	size?: number;
	/** Bytes that are free on the disk. */
	free?: number;
	maxValueBytes: number;
	people: Counted;
	rooms: Counted;
	tasks: Counted;
	deadTasks: Counted;
	/** When the process started, in milliseconds since 1970. */
	startedAt: number;
	node: string;
}

export async function placeStatus(store: Hpkv, settings: StoreSettings, now: number): Promise<PlaceStatus> {
	const [people, rooms, tasks, deadTasks] = await Promise.all(
		[keys.people, keys.rooms, keys.tasks, keys.deadTasks].map((range) => count(store, range))
	);
	const none: Counted = { count: 0, isPart: false };
	return {
		mode: settings.mode,
		where: settings.mode === 'embedded' ? settings.dataDir : new URL(settings.baseUrl).host,
		...(settings.mode === 'embedded' && (await diskOf(settings.dataDir))),
		maxValueBytes: store.maxValueBytes,
		people: people ?? none,
		rooms: rooms ?? none,
		tasks: tasks ?? none,
		deadTasks: deadTasks ?? none,
		startedAt: now - Math.round(process.uptime() * 1_000),
		node: process.version
	};
}

async function count(store: Hpkv, { start, end }: KeyRange): Promise<Counted> {
	let counted = 0;
	for (let from = start; ;) {
		const { records, truncated } = await store.range(from, end, RANGE_LIMIT);
		counted += records.length;
		const last = records.at(-1);
		if (!truncated || !last) return { count: counted, isPart: false };
		if (counted >= MAX_PEOPLE_LISTED) return { count: counted, isPart: true };
		from = `${last.key}\0`;
	}
}

/** Files of a data directory: the database, its log, and copies from before a restore. */
const MOST_FILES = 100;

async function diskOf(directory: string): Promise<Pick<PlaceStatus, 'size' | 'free'>> {
	try {
		const names = (await readdir(directory)).slice(0, MOST_FILES);
		const files = await Promise.all(names.map((name) => stat(join(directory, name))));
		const { bavail, bsize } = await statfs(directory);
		return { size: files.reduce((sum, { size }) => sum + size, 0), free: bavail * bsize };
	} catch {
		return {};
	}
}
