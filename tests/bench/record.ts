/** The raw rounds with all that is needed to judge them later, as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import { pairedRatio, verdict, type Row } from './row.ts';
import type { Scale } from './scale.ts';

const GIB = 1024 ** 3;

export interface Measured {
	subject: string;
	seconds: number;
	rows: Row[];
}

export function writeRecord(
	file: string,
	scale: Scale,
	peers: Record<string, string>,
	subjects: readonly Measured[]
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
		subjects: subjects.map(({ subject, seconds, rows }) => ({
			subject,
			seconds: Math.round(seconds),
			rows: rows.map((row) => ({ ...row, ratio: pairedRatio(row), verdict: verdict(row) }))
		}))
	};
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify(record, null, '\t')}\n`);
}
