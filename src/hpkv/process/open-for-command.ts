/** The store of a data directory for a command: through the process that has it open, else opened here. */
import { existsSync } from 'node:fs';
import type { Hpkv } from '../port.ts';
import { runningStore } from '../embedded/control-socket.ts';
import { openEmbedded } from '../embedded/open.server.ts';
import { openShared, type SharedStoreOptions } from '../embedded/open-shared.ts';
import { filesIn } from '../engine/sqlite/data-directory.ts';
import { isInUse } from '../engine/sqlite/database.ts';

export interface CommandStore {
	store: Hpkv;
	/** Releases the file if this process opened it. */
	close: () => Promise<void>;
}

/** Rejects with a sentence if the directory cannot be used or, without `make`, holds no store. */
export async function openForCommand(
	dataDir: string,
	{ make = false, maxValueBytes = undefined as number | undefined } = {}
): Promise<CommandStore> {
	const { database } = filesIn(dataDir);
	const exists = existsSync(database);
	if (!exists && !make) throw new Error(`There is no store in ${dataDir}: DATA_DIR names the directory`);
	if (exists && isInUse(database)) return { store: runningStore(dataDir), close: () => Promise.resolve() };
	const embedded = await openEmbedded({
		dataDir,
		maxValueBytes,
		prefix: '',
		allowedOrigin: () => false,
		serveApiKeys: false
	});
	return { store: embedded.client, close: () => embedded.close() };
}

/** As one more node of the database, whether others run or not. Rejects with a sentence where it cannot be used. */
export async function openSharedForCommand(
	options: Pick<SharedStoreOptions, 'databaseUrl' | 'databaseAlone' | 'maxValueBytes' | 'heard'>
): Promise<CommandStore> {
	const shared = await openShared({ ...options, prefix: '', allowedOrigin: () => false, serveApiKeys: false });
	return { store: shared.client, close: () => shared.close() };
}
