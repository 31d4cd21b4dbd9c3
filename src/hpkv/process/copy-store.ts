/** Copies the records of one store into another: through the port, so that either may be of any kind. */
import { createHash, type Hash } from 'node:crypto';
import type { Hpkv, StoredRecord } from '../port.ts';

export interface CopyOptions {
	/** Leave out records whose values are larger than the target takes. */
	skipTooLarge?: boolean;
	/** Delete the records of the target that the source lacks. */
	replace?: boolean;
	/** Called after each range, with the records read so far. */
	onProgress?: (pass: number, records: number) => void;
}

export interface Plan {
	/** Records of the source. */
	records: number;
	/** Of these, records that the target lacks or has with another value, and whose value fits. */
	toWrite: number;
	/** Records of the target that the source lacks. */
	extra: number;
	/** Keys of the source whose values are larger than the target takes. */
	tooLarge: string[];
}

export interface Copied {
	/** Passes over the source; the last one found `changedSince` records to write or delete. */
	passes: number;
	written: number;
	deleted: number;
	skipped: number;
	/** Records that differed in the last pass: 0 unless the source is written all the time. */
	changedSince: number;
	/** For each kind of key (`message` of `message:…`), as it stands in the source and in the target. */
	kinds: KindCheck[];
}

export interface KindCheck {
	kind: string;
	records: number;
	isEqual: boolean;
}

/** A source that is in use is copied again until a pass finds nothing new; after so many passes the rest is reported. */
const MAX_PASSES = 5;
const RANGE_LIMIT = 1_000;
/** Writes at once. The client of an endpoint paces them. */
const WRITERS = 16;

/** Below and above every key: NUL is in no key, U+10FFFF is the last code point. */
const FIRST = '\0';
const LAST = '\u{10ffff}'.repeat(4);

/** Reads both stores and writes nothing. */
export async function planCopy(from: Hpkv, to: Hpkv): Promise<Plan> {
	const plan: Plan = { records: 0, toWrite: 0, extra: 0, tooLarge: [] };
	for await (const { source, target } of sideBySide(from, to)) {
		plan.records += source.size;
		plan.extra += [...target.keys()].filter((key) => !source.has(key)).length;
		for (const [key, value] of source) {
			if (Buffer.byteLength(value) > to.maxValueBytes) plan.tooLarge.push(key);
			else if (target.get(key) !== value) plan.toWrite += 1;
		}
	}
	return plan;
}

/**
 * Writes what the target lacks, and can be stopped and started again at any time. Records that the source lacks are deleted
 * from the target after the first pass, or from the first on with `replace`.
 * @throws Error with a sentence if the target holds other records or a value does not fit; nothing is written then
 */
export async function copyStore(from: Hpkv, to: Hpkv, options: CopyOptions = {}): Promise<Copied> {
	const { skipTooLarge = false, replace = false, onProgress = () => undefined } = options;
	const plan = await planCopy(from, to);
	if (plan.extra > 0 && !replace) {
		throw new Error(`The target holds ${plan.extra} records that the source lacks; --replace deletes them.`);
	}
	if (plan.tooLarge.length > 0 && !skipTooLarge) {
		throw new Error(tooLargeSentence(plan.tooLarge, to));
	}
	const copied: Copied = { passes: 0, written: 0, deleted: 0, skipped: 0, changedSince: 0, kinds: [] };
	do {
		copied.passes += 1;
		const { written, deleted, tooLarge } = await pass(from, to, {
			mayDelete: replace || copied.passes > 1,
			onProgress: (records) => onProgress(copied.passes, records)
		});
		// The source may be written meanwhile.
		if (tooLarge.length > 0 && !skipTooLarge) throw new Error(tooLargeSentence(tooLarge, to));
		copied.written += written;
		copied.deleted += deleted;
		copied.skipped = tooLarge.length;
		copied.changedSince = written + deleted;
	} while (copied.changedSince > 0 && copied.passes < MAX_PASSES);
	copied.kinds = await compareKinds(from, to);
	return copied;
}

export const tooLargeSentence = (keys: readonly string[], to: Hpkv): string =>
	`${keys.length} values are larger than the ${to.maxValueBytes} bytes that the target takes: ` +
	`${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ' …' : ''}. --skip copies the others.`;

async function pass(
	from: Hpkv,
	to: Hpkv,
	{ mayDelete, onProgress }: { mayDelete: boolean; onProgress: (records: number) => void }
) {
	const done = { written: 0, deleted: 0, tooLarge: [] as string[] };
	let read = 0;
	for await (const { source, target } of sideBySide(from, to)) {
		const gone = mayDelete ? [...target.keys()].filter((key) => !source.has(key)) : [];
		const changed = [...source].filter(([key, value]) => target.get(key) !== value);
		const fresh = changed.filter(([, value]) => Buffer.byteLength(value) <= to.maxValueBytes);
		done.tooLarge.push(...changed.filter((each) => !fresh.includes(each)).map(([key]) => key));
		await inParallel(gone, async (key) => void (await to.delete(key)));
		await inParallel(fresh, ([key, value]) => put(to, key, value, target.get(key)));
		done.written += fresh.length;
		done.deleted += gone.length;
		onProgress((read += source.size));
	}
	return done;
}

/** A number that is counted on stays one: an endpoint may keep what was set as text apart from what was counted. */
async function put(to: Hpkv, key: string, value: string, before: string | undefined): Promise<void> {
	const from = before === undefined ? 0 : integer(before);
	const sum = integer(value);
	if (from === undefined || sum === undefined || !Number.isSafeInteger(sum - from)) return to.set(key, value);
	await to.increment(key, sum - from);
}

/** The integer that an increment would have left as this text; undefined for other text. */
function integer(value: string): number | undefined {
	const number = Number(value);
	return Number.isSafeInteger(number) && String(number) === value ? number : undefined;
}

async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
	const left = items.values();
	const worker = async () => {
		for (const item of left) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(WRITERS, items.length) }, worker));
}

/** Ranges of both stores over the same keys, ascending, until both end. */
async function* sideBySide(from: Hpkv, to: Hpkv) {
	let start = FIRST;
	for (;;) {
		const [a, b] = await Promise.all([from.range(start, LAST, RANGE_LIMIT), to.range(start, LAST, RANGE_LIMIT)]);
		// The side that ended earlier says nothing about keys beyond its last one.
		const ends = [a, b].flatMap(({ records, truncated }) => (truncated ? [records.at(-1)?.key ?? LAST] : []));
		const end = ends.sort(byBytes)[0];
		const within = (records: StoredRecord[]) =>
			new Map(records.flatMap(({ key, value }) => (end === undefined || byBytes(key, end) <= 0 ? [[key, value]] : [])));
		yield { source: within(a.records), target: within(b.records) };
		if (end === undefined) return;
		start = `${end}\0`;
	}
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What is wrong with a copy, in a sentence; undefined if the target equals the source. */
export function faultOf({ changedSince, kinds }: Copied): string | undefined {
	if (changedSince > 0) {
		return `The source is being written: ${changedSince} records differed in the last pass. Stop it and copy again.`;
	}
	const different = kinds.filter(({ isEqual }) => !isEqual).map(({ kind }) => kind);
	return different.length > 0 ? `These kinds of key differ: ${different.join(', ')}. Copy again.` : undefined;
}

/** Counts and compares both stores by the kind of their keys. */
async function compareKinds(from: Hpkv, to: Hpkv): Promise<KindCheck[]> {
	const sides = new Map<string, { records: number; source: Hash; target: Hash }>();
	const sideOf = (key: string) => {
		const kind = key.split(':', 1)[0] ?? key;
		let side = sides.get(kind);
		if (!side) sides.set(kind, (side = { records: 0, source: createHash('sha256'), target: createHash('sha256') }));
		return side;
	};
	const add = (hash: Hash, key: string, value: string) =>
		void hash.update(`${Buffer.byteLength(key)}:${Buffer.byteLength(value)}:${key}${value}`);
	for await (const { source, target } of sideBySide(from, to)) {
		const isLeftOut = (key: string) => Buffer.byteLength(source.get(key) ?? '') > to.maxValueBytes;
		for (const [key, value] of source) {
			if (isLeftOut(key)) continue;
			sideOf(key).records += 1;
			add(sideOf(key).source, key, value);
		}
		for (const [key, value] of target) if (!isLeftOut(key)) add(sideOf(key).target, key, value);
	}
	return [...sides].map(([kind, { records, source, target }]) => ({
		kind,
		records,
		isEqual: source.digest('hex') === target.digest('hex')
	}));
}
