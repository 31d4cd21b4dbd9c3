/** `npm run hpkv -- copy FROM TO`: moves between a data directory and an endpoint, either way. */
import { existsSync } from 'node:fs';
import type { Hpkv } from '../port.ts';
import { hostedStore } from '../clients/rest.ts';
import { checkEndpoint } from '../clients/check-endpoint.ts';
import { LARGEST_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { copyStore, planCopy, tooLargeSentence, type Copied, type Plan } from './copy-store.ts';
import { memoryStore } from '../embedded/memory.ts';
import { openForCommand, type CommandStore } from './open-for-command.ts';

export interface CopyEnvironment {
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
		throw new Error('copy needs FROM and TO: each a data directory or the address of an endpoint');
	}
	const source = await open(from, env.HPKV_FROM_API_KEY ?? env.HPKV_API_KEY, LARGEST_MAX_VALUE_BYTES);
	try {
		// A dry run makes no directory.
		if (flags.includes('--dry-run') && !isEndpoint(to) && !existsSync(to)) {
			const empty = memoryStore(maxValueBytesOf(env));
			return planReport(await planCopy(source.store, empty), empty);
		}
		const target = await open(to, env.HPKV_TO_API_KEY ?? env.HPKV_API_KEY, maxValueBytesOf(env), true);
		try {
			const plan = await planCopy(source.store, target.store);
			if (flags.includes('--dry-run')) return planReport(plan, target.store);
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
			return copyReport(copied);
		} finally {
			await target.close();
		}
	} finally {
		await source.close();
	}
}

const PROGRESS_MS = 5_000;

export const isEndpoint = (place: string): boolean => /^https?:\/\//.test(place);

const maxValueBytesOf = ({ HPKV_MAX_VALUE_BYTES }: CopyEnvironment): number | undefined =>
	HPKV_MAX_VALUE_BYTES === undefined ? undefined : Number(HPKV_MAX_VALUE_BYTES);

async function open(
	place: string,
	apiKey: string | undefined,
	maxValueBytes: number | undefined,
	make = false
): Promise<CommandStore> {
	if (!isEndpoint(place)) return openForCommand(place, { make, maxValueBytes });
	if (!apiKey) throw new Error(`${place} needs HPKV_API_KEY, HPKV_FROM_API_KEY or HPKV_TO_API_KEY`);
	const store = hostedStore({ baseUrl: place, apiKey, maxValueBytes });
	if (make) await checkEndpoint(store, place.replace(/^http/, 'ws').replace(/\/*$/, '/ws'));
	return { store, close: () => Promise.resolve() };
}

function planReport(plan: Plan, to: Hpkv): string {
	const lines = [`${plan.records} records in the source; ${plan.toWrite} are to be written.`];
	if (plan.extra > 0) lines.push(`${plan.extra} records of the target are not in the source; --replace deletes them.`);
	if (plan.tooLarge.length > 0) lines.push(`${tooLargeSentence(plan, to)} --skip copies the others.`);
	return lines.join('\n');
}

function copyReport({ passes, written, deleted, skipped, changedSince, kinds }: Copied): string {
	const lines = kinds.map(
		({ kind, records, isEqual }) => `${kind}: ${records} records, ${isEqual ? 'equal' : 'DIFFERENT'}`
	);
	lines.push(`${written} records written, ${deleted} deleted, ${skipped} left out, in ${passes} passes.`);
	if (changedSince > 0) {
		lines.push(
			`The source is being written: ${changedSince} records differed in the last pass. Stop it and copy again.`
		);
	}
	const different = kinds.filter(({ isEqual }) => !isEqual).length;
	if (different > 0 && changedSince === 0) lines.push(`${different} kinds of key differ: copy again.`);
	return lines.join('\n');
}
