/** `npm run parley -- import showcase FROM`: tries everything without writing, says what would be done, then does it. */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_IMPORT_BYTES } from '../../chat/limits.ts';
import { claimOrigin } from '../place/origin.ts';
import { assertFormat, claimFormat } from '../storage/format.ts';
import { readRange } from '../storage/ranges.ts';
import { MESSAGES_PREFIX, quoted, readShowcase, ROOM_LIST_KEY, type Imported } from './showcase.ts';
import { writeShowcase, type Written } from './write-showcase.ts';

export const USAGE = `npm run parley -- import showcase FROM   bring along the data of HPKV's chat showcase: a JSON file, a data directory
                                         or the address of an endpoint (--dry-run, --skip)`;

const FLAGS = ['--dry-run', '--skip'] as const;

export interface ImportContext {
	store: Hpkv;
	rehearsal: Hpkv;
	openSource: (from: string) => Promise<{ store: Hpkv; close: () => Promise<void> }>;
	clock: () => number;
	print: (line: string) => void;
}

export function readArguments(args: readonly string[]): { from: string; flags: readonly string[] } {
	const flags = args.filter((arg) => arg.startsWith('--'));
	const [what, from, ...more] = args.filter((arg) => !arg.startsWith('--'));
	const unknown = flags.find((flag) => !(FLAGS as readonly string[]).includes(flag));
	if (unknown) throw new Error(`import does not know ${unknown}: it knows ${FLAGS.join(' and ')}`);
	if (what !== 'showcase' || from === undefined || more.length > 0) throw new Error(USAGE);
	return { from, flags };
}

/** @returns the report. @throws Error with a sentence; nothing has been written then, or a second run goes on */
export async function importCommand(args: readonly string[], context: ImportContext): Promise<string> {
	const { store, rehearsal, clock, print } = context;
	const { from, flags } = readArguments(args);

	await assertFormat(rehearsal);
	const { rooms, faults } = readShowcase(await recordsIn(from, context), rehearsal.maxValueBytes, clock());
	const tried = await writeShowcase(rehearsal, rooms, clock);
	const plan = `${reportOf(rooms, tried)}${faultsOf(faults)}`;
	if (flags.includes('--dry-run')) return `${plan}\nThis was a dry run: nothing is written.`;
	if (faults.length > 0 && !flags.includes('--skip')) {
		throw new Error(`${plan}\nNothing is written. --skip imports the rest.`);
	}
	print(`${plan}\nThis is what will be written …`);
	await claimFormat(store, { snapshot: () => Promise.reject(new Error('a start of Parley makes it')) });
	// Before there are people: a store that Parley has never opened would pass for one of an earlier version, open to everybody.
	await claimOrigin(store);
	return `Done: ${countsOf(rooms, await writeShowcase(store, rooms, clock))}`;
}

const Export = z.union([
	z.object({ records: z.array(z.object({ key: z.string(), value: z.string() })) }).transform(({ records }) => records),
	z.array(z.object({ key: z.string(), value: z.string() }))
]);

async function recordsIn(from: string, { openSource }: ImportContext): Promise<Map<string, string>> {
	const records = isFile(from) ? recordsOfFile(from) : await recordsOfStore(from, openSource);
	if (records.length === 0) {
		throw new Error(
			`${from} holds no data of the showcase: no record ${ROOM_LIST_KEY}, and none that begins with ${MESSAGES_PREFIX}`
		);
	}
	return new Map(records.map(({ key, value }) => [key, value]));
}

function isFile(path: string): boolean {
	return !/^https?:\/\//.test(path) && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}

const isShowcase = ({ key }: { key: string }) => key === ROOM_LIST_KEY || key.startsWith(MESSAGES_PREFIX);

function recordsOfFile(file: string) {
	if (statSync(file).size > MAX_IMPORT_BYTES)
		throw new Error(`${file} is larger than ${MAX_IMPORT_BYTES} bytes: it is no data of the showcase`);
	let json: unknown;
	try {
		json = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
	} catch (error) {
		throw new Error(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
	}
	const records = Export.safeParse(json).data;
	if (!records) throw new Error(`${file} should be as HPKV answers a range: {"records": [{"key": "…", "value": "…"}]}`);
	return records.filter(isShowcase);
}

async function recordsOfStore(from: string, openSource: ImportContext['openSource']) {
	const { store, close } = await openSource(from);
	try {
		const list = await store.get(ROOM_LIST_KEY);
		const chats = await readRange(store, { start: MESSAGES_PREFIX, end: `${MESSAGES_PREFIX}\u{10ffff}` });
		return [...(list === undefined ? [] : [{ key: ROOM_LIST_KEY, value: list }]), ...chats];
	} finally {
		await close();
	}
}

function countsOf(rooms: Imported['rooms'], written: Written): string {
	const messages = rooms.reduce((sum, room) => sum + room.messages.length, 0);
	return `${rooms.length} rooms, ${written.rooms} of them new; ${messages} messages, ${written.messages} new; ${written.people} new people; ${written.reactions} new reactions.`;
}

function reportOf(rooms: Imported['rooms'], written: Written): string {
	const lines = [
		countsOf(rooms, written),
		...written.renamed.map(({ was, is }) => `${quoted(was)} is called ${quoted(is)} here.`)
	];
	if (written.people > 0) {
		lines.push(
			`Nobody can take these names: ${written.senders.map(quoted).join(', ')}. Whom one belongs to gets a link from: npm run parley -- signin-link NAME`
		);
	}
	return lines.join('\n');
}

const MAX_LISTED_FAULTS = 20;

function faultsOf(faults: readonly string[]): string {
	if (faults.length === 0) return '';
	const more = faults.length - MAX_LISTED_FAULTS;
	return `\n${faults.length} things cannot be imported:\n${faults.slice(0, MAX_LISTED_FAULTS).join('\n')}${more > 0 ? `\nand ${more} more` : ''}`;
}
