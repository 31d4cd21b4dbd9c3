/** `npm run hpkv -- copy FROM TO`: FROM and TO are each a data directory or the address of an endpoint or a database. */
import { existsSync } from 'node:fs';
import type { Hpkv } from '../port.ts';
import { hostedStore } from '../clients/rest.ts';
import { checkEndpoint } from '../clients/check-endpoint.ts';
import { LARGEST_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { copyStore, faultOf, planCopy, tooLargeSentence, type Copied, type Plan } from './copy-store.ts';
import { memoryStore } from '../embedded/memory.ts';
import { addressesIn } from '../engine/postgres/address.ts';
import { filesIn } from '../engine/sqlite/data-directory.ts';
import { openForCommand, openSharedForCommand, type CommandStore } from './open-for-command.ts';

interface CopyEnvironment {
	/** Of both endpoints; `HPKV_FROM_API_KEY` and `HPKV_TO_API_KEY` differ where both are endpoints. */
	HPKV_API_KEY?: string;
	HPKV_FROM_API_KEY?: string;
	HPKV_TO_API_KEY?: string;
	HPKV_MAX_VALUE_BYTES?: string;
}

const FLAGS = ['--dry-run', '--skip', '--replace'] as const;

/** Runs the copy and returns its report; throws an Error with a sentence on failure. */
export async function copyCommand(
	args: string[],
	env: CopyEnvironment,
	print: (line: string) => void
): Promise<string> {
	const flags = args.filter((arg) => arg.startsWith('--'));
	const [from, to, ...more] = args.filter((arg) => !arg.startsWith('--'));
	const unknown = flags.find((flag) => !(FLAGS as readonly string[]).includes(flag));
	if (unknown) throw new Error(`copy does not know ${unknown}: it knows ${FLAGS.join(', ')}`);
	if (from === undefined || to === undefined || more.length > 0) {
		throw new Error('copy needs FROM and TO: each a data directory or the address of an endpoint or a database');
	}
	const source = await openPlace(from, env.HPKV_FROM_API_KEY ?? env.HPKV_API_KEY, LARGEST_MAX_VALUE_BYTES);
	try {
		const isDryRun = flags.includes('--dry-run');
		// A dry run writes nothing: it makes no store, and does not check the endpoint.
		if (isDryRun && !isEndpoint(to) && !isDatabase(to) && !existsSync(filesIn(to).database)) {
			const empty = memoryStore(maxValueBytesOf(env));
			return planReport(await planCopy(source.store, empty), empty);
		}
		const target = await openPlace(to, env.HPKV_TO_API_KEY ?? env.HPKV_API_KEY, maxValueBytesOf(env), !isDryRun);
		try {
			const plan = await planCopy(source.store, target.store);
			if (isDryRun) return planReport(plan, target.store);
			print(planReport(plan, target.store));
			let printedAt = Date.now();
			const copied = await copyStore(source.store, target.store, {
				skipTooLarge: flags.includes('--skip'),
				replace: flags.includes('--replace'),
				onProgress(pass, records) {
					if (Date.now() - printedAt < PROGRESS_MS) return;
					printedAt = Date.now();
					print(`Pass ${pass}: ${records} of ${plan.records} records`);
				}
			});
			const fault = faultOf(copied);
			if (fault) throw new Error(`${copyReport(copied)}\n${fault}`);
			return copyReport(copied);
		} finally {
			await target.close();
		}
	} finally {
		await source.close();
	}
}

const PROGRESS_MS = 5_000;

const isEndpoint = (place: string): boolean => /^https?:\/\//.test(place);

const isDatabase = (place: string): boolean => addressesIn(place) !== undefined;

const maxValueBytesOf = ({ HPKV_MAX_VALUE_BYTES }: CopyEnvironment): number | undefined =>
	HPKV_MAX_VALUE_BYTES ? Number(HPKV_MAX_VALUE_BYTES) : undefined;

/** The store at a data directory or an endpoint. @param make whether it may be made, and must be checked */
export async function openPlace(
	place: string,
	apiKey: string | undefined,
	maxValueBytes: number | undefined,
	make = false
): Promise<CommandStore> {
	if (isDatabase(place)) {
		const databaseAlone = process.env.DATABASE_ALONE === '1';
		return openSharedForCommand({ databaseUrl: place, databaseAlone, maxValueBytes });
	}
	if (!isEndpoint(place)) return openForCommand(place, { make, maxValueBytes });
	if (!apiKey) throw new Error(`${place} needs HPKV_API_KEY, HPKV_FROM_API_KEY or HPKV_TO_API_KEY`);
	const store = hostedStore({ baseUrl: place, apiKey, maxValueBytes });
	if (make) await checkEndpoint(store, place.replace(/^http/, 'ws').replace(/\/*$/, '/ws'));
	return { store, close: () => Promise.resolve() };
}

function planReport(plan: Plan, to: Hpkv): string {
	const lines = [`${plan.records} records in the source; ${plan.toWrite} are to be written.`];
	if (plan.extra > 0) lines.push(`${plan.extra} records of the target are not in the source; --replace deletes them.`);
	if (plan.tooLarge.length > 0) lines.push(tooLargeSentence(plan.tooLarge, to));
	return lines.join('\n');
}

function copyReport({ passes, written, deleted, skipped, kinds }: Copied): string {
	const lines = kinds.map(
		({ kind, records, isEqual }) => `${kind}: ${records} records, ${isEqual ? 'equal' : 'DIFFERENT'}`
	);
	lines.push(`${written} records written, ${deleted} deleted, ${skipped} left out, in ${passes} passes.`);
	return lines.join('\n');
}
