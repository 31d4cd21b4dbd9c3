/** The store inside another process, and its only entry point for the app: the records in a directory, or in memory. */
import { EMBEDDED_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { listenForCommands } from './control-socket.ts';
import { storeOn, type EmbeddedStore, type ServeOptions } from './store-on-engine.ts';
import { memoryEngine } from '../engine/memory/memory-engine.ts';
import { filesIn } from '../engine/sqlite/data-directory.ts';
import { sqliteEngine } from '../engine/sqlite/sqlite-engine.ts';
import { Rest } from '../server/http.ts';
import { keptSecrets, ephemeralSecrets } from '../server/secrets.ts';

export type { StoreEvent } from '../server/events.ts';
export type { EmbeddedStore, ServeOptions } from './store-on-engine.ts';

/** In place of a directory: records that live as long as the process. */
export const IN_MEMORY = ':memory:';

export interface EmbeddedOptions extends ServeOptions {
	/** Directory of the records, created with mode 0700 if missing; or {@link IN_MEMORY}. */
	dataDir: string;
	/** Default: created at the first start and kept in `dataDir`. */
	apiKey?: string;
	/** Default 40,960. */
	maxValueBytes?: number;
}

/** Rejects with a sentence if another process owns `dataDir` or its file is damaged. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedStore> {
	const { dataDir, log = () => {} } = options;
	const began = performance.now();
	const inMemory = dataDir === IN_MEMORY;
	const maxValueBytes = options.maxValueBytes ?? EMBEDDED_MAX_VALUE_BYTES;
	const { engine, checked } = inMemory
		? { engine: memoryEngine(maxValueBytes), checked: false }
		: sqliteEngine(dataDir, maxValueBytes);
	const secrets = inMemory ? ephemeralSecrets(options.apiKey) : keptSecrets(dataDir, options.apiKey);
	const ms = Math.round(performance.now() - began);
	log('hpkv-opened', { file: inMemory ? IN_MEMORY : filesIn(dataDir).database, checked, ms });
	if (inMemory) return storeOn({ engine, secrets }, options);
	return storeOn(
		{
			engine,
			secrets,
			listenForCommands: (service) =>
				listenForCommands({
					engine,
					rest: new Rest(service, { corsOrigins: [], ratePerSecond: 0 }),
					apiKey: secrets.apiKey,
					dataDir
				}).catch((error: unknown) => {
					log('hpkv-control-failed', { error: error instanceof Error ? error.message : 'unknown' });
					return undefined;
				})
		},
		options
	);
}
