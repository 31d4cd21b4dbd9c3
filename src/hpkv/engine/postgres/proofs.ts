/** What a server must have for the promises of the store, each as a sentence that says what is missing and what to do. */

export interface Facts {
	version: number;
	encoding: string;
	isInRecovery: boolean;
	fsync: string;
	fullPageWrites: string;
	checksums: string;
	synchronousCommit: string;
	standbys: string;
	/** When the server was started: another server, or the same once more, has another. */
	startedAt: string;
}

const OLDEST = 15;

/** The row of the statement `facts`. */
export function factsOf(row: unknown[]): Facts {
	const [version, encoding, isInRecovery, fsync, fullPageWrites, checksums, synchronousCommit, standbys, startedAt] =
		row as [number, string, boolean, string, string, string, string, string, string];
	return { version, encoding, isInRecovery, fsync, fullPageWrites, checksums, synchronousCommit, standbys, startedAt };
}

/** @param alone whether the operator does without a synchronous standby */
export function faultIn(facts: Facts, alone: boolean): string | undefined {
	const { version, encoding, fsync, fullPageWrites, checksums, synchronousCommit, standbys } = facts;
	if (version < OLDEST * 10_000)
		return `it is PostgreSQL ${Math.floor(version / 10_000)}: ${OLDEST} is the oldest that works`;
	if (encoding !== 'UTF8') return `its encoding is ${encoding}: make the database with ENCODING 'UTF8'`;
	if (facts.isInRecovery) return 'it is a standby: records are read and written on the primary';
	if (fsync !== 'on') return 'fsync is off: a power cut would lose what was acknowledged';
	if (fullPageWrites !== 'on') return 'full_page_writes is off: a power cut would damage pages';
	if (checksums !== 'on')
		return 'data_checksums is off: damage of the disk would be served. Stop it and run pg_checksums --enable';
	if (synchronousCommit !== 'on' && synchronousCommit !== 'remote_apply') {
		return `synchronous_commit is ${synchronousCommit}: a crash would lose what was acknowledged. Set it to on`;
	}
	if (standbys === '' && !alone) {
		return 'synchronous_standby_names is empty: the loss of this machine would lose what was acknowledged. Name the standbys, or set DATABASE_ALONE=1 to do without';
	}
	return undefined;
}
