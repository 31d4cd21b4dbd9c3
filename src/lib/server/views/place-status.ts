/** What is known of the store and the process, for operators. No secret: no key, no token, no address with one. */
import { shownAddress } from '../../../hpkv/engine/postgres/address.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_PEOPLE_LISTED } from '../../chat/limits.ts';
import { keys, type KeyRange } from '../../chat/storage/keys.ts';
import { diskOf } from '../doctor/data-directory.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkRequest } from '../doctor/proxy.ts';
import { checkMachine, checkStore } from '../doctor/quick-checks.ts';
import type { Settings, StoreSettings } from '../runtime/settings.ts';
import { RANGE_LIMIT } from '../storage/ranges.ts';

export interface Counted {
	count: number;
	/** There are more than were counted. */
	isPart: boolean;
}

export interface PlaceStatus {
	mode: StoreSettings['mode'];
	/** The directory of an embedded store, the address of a database, or the host of an endpoint. */
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
	/** Of the checks of `npm run parley -- doctor`, those that cost next to nothing, and what this request tells. */
	findings: Finding[];
}

/** @param request the operator's own, which passes the proxies that everybody's passes; `dotEnvNames` are the variables in `.env` */
export async function placeStatus(
	store: Hpkv,
	{ store: settings, ...config }: Pick<Settings, 'store' | 'origins' | 'proxy'>,
	{ headers, origin, dotEnvNames }: { headers: Headers; origin: string; dotEnvNames: readonly string[] },
	now: number
): Promise<PlaceStatus> {
	const dataDir = settings.mode === 'embedded' ? settings.dataDir : undefined;
	const disk = dataDir === undefined ? undefined : await diskOf(dataDir);
	const findings = [
		...(await checkMachine({ settings: { store: settings, ...config }, dotEnvNames })),
		...(await checkStore(store, now)),
		...checkRequest(headers, origin, config)
	];
	const [people, rooms, tasks, deadTasks] = await Promise.all(
		[keys.people, keys.rooms, keys.tasks, keys.deadTasks].map((range) => count(store, range))
	);
	const none: Counted = { count: 0, isPart: false };
	return {
		mode: settings.mode,
		where: placeOf(settings),
		...disk,
		maxValueBytes: store.maxValueBytes,
		people: people ?? none,
		rooms: rooms ?? none,
		tasks: tasks ?? none,
		deadTasks: deadTasks ?? none,
		startedAt: now - Math.round(process.uptime() * 1_000),
		node: process.version,
		findings
	};
}

function placeOf(settings: StoreSettings): string {
	if (settings.mode === 'embedded') return settings.dataDir;
	return settings.mode === 'shared' ? shownAddress(settings.databaseUrl) : new URL(settings.baseUrl).host;
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
