/** The raw rounds with all that is needed to judge them later, as JSON. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import type { Result } from './result.ts';
import { pairedRatio, verdict, type Ratio, type Row, type Verdict } from './row.ts';
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

/** What a file of results holds. */
export interface Record {
	/** When the last of its subjects was measured. */
	date: string;
	machine: { cpu: string; cores: number; memoryGiB: number; system: string };
	versions: { [name: string]: string };
	scale: Scale;
	subjects: (Measured & { date: string; rows: (Row & { ratio: Ratio; verdict: Verdict })[] })[];
	failed?: readonly Failure[];
}

/** @param standing a record of the same scale: what was not measured again is kept of it, each subject with its date */
export function recordOf(
	scale: Scale,
	peers: { [name: string]: string },
	measured: readonly Measured[],
	failed: readonly Failure[],
	standing?: Record
): Record {
	const date = new Date().toISOString();
	const again = new Map(
		measured.map(({ seconds, rows, ...rest }) => [
			rest.subject,
			{
				...rest,
				date,
				seconds: Math.round(seconds),
				rows: rows.map((row) => ({ ...row, ratio: pairedRatio(row), verdict: verdict(row) }))
			}
		])
	);
	const kept = (standing?.subjects ?? []).map((subject) => again.get(subject.subject) ?? subject);
	const added = [...again.values()].filter(({ subject }) => kept.every((each) => each.subject !== subject));
	return {
		date,
		machine: {
			cpu: cpus()[0]?.model ?? 'unknown',
			cores: cpus().length,
			memoryGiB: Math.round(totalmem() / GIB),
			system: `${type()} ${release()}`
		},
		versions: { node: process.versions.node, sqlite: process.versions.sqlite ?? 'unknown', ...peers },
		scale,
		subjects: [...kept, ...added],
		...(failed.length > 0 && { failed })
	};
}

export const readRecord = (file: string): Record | undefined =>
	existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record) : undefined;

export function writeRecord(file: string, record: Record): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify(record, null, '\t')}\n`);
}
