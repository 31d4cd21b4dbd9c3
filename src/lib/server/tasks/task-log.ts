/** An append log of a body (`;b…`; twice is one) and leases (`;l{nonce}@{from}`). A lease counts if it begins after the counted one's end. */
import { tokensIn } from '../../chat/storage/claim.ts';

/** A step of a task takes a few seconds; a hosted endpoint may repeat a write for half a minute. */
export const LEASE_MS = 60_000;

export interface TaskLog {
	/** Undefined where a lease came after the task's end. */
	body: unknown;
	lease: { nonce: string; from: number } | undefined;
	/** Leases that counted: the tries. */
	tries: number;
	triedAt: number | undefined;
}

const LEASE = /^l([a-z0-9]+)@(\d+)$/;

/** @param leaseMs -Infinity where one process owns the store: every lease counts, as that of a process that died */
export function readTaskLog(log: string | undefined, leaseMs = LEASE_MS): TaskLog {
	const read: TaskLog = { body: undefined, lease: undefined, tries: 0, triedAt: undefined };
	for (const token of tokensIn(log)) {
		if (token.startsWith('b')) read.body ??= bodyIn(token.slice(1));
		const [, nonce, from] = LEASE.exec(token) ?? [];
		if (nonce === undefined || (read.lease && Number(from) < read.lease.from + leaseMs)) continue;
		read.lease = { nonce, from: Number(from) };
		read.triedAt ??= read.lease.from;
		read.tries += 1;
	}
	return read;
}

function bodyIn(encoded: string): unknown {
	try {
		return JSON.parse(Buffer.from(encoded, 'base64url').toString());
	} catch {
		return undefined;
	}
}

/** Base64url, because a value must not contain the semicolon that separates tokens. */
export const bodyToken = (body: object) => `;b${Buffer.from(JSON.stringify(body)).toString('base64url')}`;
export const leaseToken = (nonce: string, from: number) => `;l${nonce}@${from}`;

export const isBody = (appended: string) => appended.startsWith(';b');
