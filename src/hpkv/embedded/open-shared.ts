/** A store whose records are in a database that several processes share. The driver is loaded here alone. */
import { EMBEDDED_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { shownAddress } from '../engine/postgres/address.ts';
import { storeOn, type EmbeddedStore, type ServeOptions } from './store-on-engine.ts';

export interface SharedStoreOptions extends ServeOptions {
	databaseUrl: string;
	/** Whether the database does without a synchronous standby. Default: no. */
	databaseAlone?: boolean;
	/** Default: made by the first node and kept in the database. */
	apiKey?: string;
	/** Default 40,960. */
	maxValueBytes?: number;
	/** Whether anybody can hear of a key. Default: of each. */
	heard?: (key: string) => boolean;
	/** Called with the number of nodes that live, at the start and where it has changed. */
	onNodes?: (count: number) => void;
}

/** Rejects with a sentence where the database does not hold what the store promises. */
export async function openShared(options: SharedStoreOptions): Promise<EmbeddedStore> {
	const { databaseUrl, databaseAlone = false, apiKey, heard, onNodes, log = () => {} } = options;
	const began = performance.now();
	const { openPostgres } = await import('../engine/postgres/open.ts');
	const { engine, secrets } = await openPostgres({
		url: databaseUrl,
		alone: databaseAlone,
		maxValueBytes: options.maxValueBytes ?? EMBEDDED_MAX_VALUE_BYTES,
		heard,
		lease: {
			onNodes(nodes) {
				log('hpkv-nodes', { nodes });
				onNodes?.(nodes);
			},
			onClock: (seconds) => log('hpkv-clock', { seconds })
		}
	});
	log('hpkv-opened', { file: shownAddress(databaseUrl), checked: false, ms: Math.round(performance.now() - began) });
	return storeOn({ engine, secrets: { ...secrets, ...(apiKey !== undefined && { apiKey }) } }, options);
}
