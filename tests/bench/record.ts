/** The raw rounds with all that is needed to judge them later, as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import type { Result } from './result.ts';
import { pairedRatio, verdict } from './row.ts';
import type { Scale } from './scale.ts';

const GIB = 1024 ** 3;

export interface Measured extends Result {
	subject: string;
	seconds: number;
}

/** A subject that could not be measured, and why. */
export interface Failure {
	subject: string;
	error: string;
}

export function writeRecord(
	file: string,
	scale: Scale,
	peers: Record<string, string>,
	subjects: readonly Measured[],
	failed: readonly Failure[]
): void {
	const record = {
		date: new Date().toISOString(),
		machine: {
			cpu: cpus()[0]?.model,
			cores: cpus().length,
			memoryGiB: Math.round(totalmem() / GIB),
			system: `${type()} ${release()}`
		},
		versions: { node: process.versions.node, sqlite: process.versions.sqlite, ...peers },
		scale,
		subjects: subjects.map(({ seconds, rows, ...rest }) => ({
			...rest,
			seconds: Math.round(seconds),
			rows: rows.map((row) => ({ ...row, ratio: pairedRatio(row), verdict: verdict(row) }))
		})),
		...(failed.length > 0 && { failed })
	};
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify(record, null, '\t')}\n`);
}
