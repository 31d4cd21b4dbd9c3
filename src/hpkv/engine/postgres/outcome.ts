/** What became of a statement that did not succeed. */
import { Failed, Unknown } from '../engine.ts';

/** It ended because of another transaction, and nothing has happened: it can be sent again. */
export class Again extends Error {
	override readonly name = 'Again';
}

/** No answer came: the line broke, or the deadline passed. */
export class Lost extends Error {
	override readonly name = 'Lost';
}

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const DISK_FULL = '53100';
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * The class of a notice that a synchronous standby does not have what was committed: the wait for it was cancelled, and the
 * server says success all the same.
 */
export const WARNING = '01000';

/** The error of the library as the engine's. @param writes whether the statement changes records */
export function outcomeOf(error: unknown, writes: boolean): Error {
	if (error instanceof Failed || error instanceof Unknown || error instanceof Again) return error;
	const cause = { cause: error };
	const message = error instanceof Error ? error.message : 'no reason given';
	const { severity, code } = error as { severity?: string; code?: string };
	// The server has rolled the transaction back. FATAL says only that the line ends, perhaps in the wait for a standby.
	if (severity === 'ERROR') {
		if (code === SERIALIZATION_FAILURE || code === DEADLOCK || code === LOCK_NOT_AVAILABLE)
			return new Again(message, cause);
		if (code === DISK_FULL) return new Failed(507, `The disk of the database is full: ${message}`, cause);
		return new Failed(503, `The database refused: ${message}`, cause);
	}
	if (writes) return new Unknown(`The database did not say whether a write happened: ${message}`, cause);
	return new Failed(503, `The database did not answer: ${message}`, cause);
}
