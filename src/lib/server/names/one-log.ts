/**
 * One log for names that are spelled alike or look alike: a claim counts if no earlier claim that counts is another's and alike.
 * Who has crashed behind their claim holds the name, and a claim that does not count excludes nobody. A long part of a log is final, and
 * the next one goes on. Names stay with who had them, so a person may have only a few in one log.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_ALIKE_NAMES, MAX_NAME_PARTS } from '../../chat/limits.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import type { KeyRange } from '../../chat/storage/keys.ts';
import { appendClaim, MetLogs, readToken } from '../storage/claims.ts';
import { readRange } from '../storage/ranges.ts';
import { withClaims, type Decided } from './decided.ts';
import { LongParts } from './long-parts.ts';
import type { ClaimedName, Named } from './named.ts';

export interface OneLogKind<V extends Named> {
	parse: (value: unknown) => V | undefined;
	/** Its key: the same for all names that may exclude each other. `part`: 0, 1, 2 … */
	log: (name: string, part: number) => string;
	parts: (name: string) => KeyRange;
	/** What excludes other names that have one of these: the spelling first, then how the name looks. */
	marks: (name: string) => string[];
}

/** Characters of a part. A token that begins behind them counts in no part: the smallest value of a store holds one that begins before. */
const LONG = 700;

const met = new MetLogs();
const longParts = new LongParts();

/** @param isNew whether nobody is expected to hold the name: then two calls, append and read, unless this process has met the log */
export async function claimInOneLog<V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	mine: V,
	{ isNew }: { isNew: boolean }
): Promise<ClaimedName<V>> {
	let decided = longParts.of<V>(store, kind.log(mine.name, 0));
	let holder = holderFor(kind, decided, mine);
	if (holder) return { holder, isFirst: false };
	while (decided.parts < MAX_NAME_PARTS) {
		const key = kind.log(mine.name, decided.parts);
		let isEntered = false;
		const enter = async () => {
			met.add(store, key);
			isEntered = await appendClaim(store, key, mine);
		};
		if (isNew && !met.has(store, key)) await enter();
		let part = partIn(kind, await store.get(key));
		let now = withClaims(kind, decided, part);
		holder = holderFor(kind, now, mine);
		if (!holder && !part.isLong) {
			// Two renames at once can exceed it: it decides whether to claim, and not which claims count.
			if ((now.spellings.get(mine.id) ?? 0) >= MAX_ALIKE_NAMES) return { holder: undefined, isFirst: false };
			await enter();
			part = partIn(kind, await store.get(key));
			now = withClaims(kind, decided, part);
			holder = holderFor(kind, now, mine);
		}
		if (holder) {
			const [spelling] = kind.marks(mine.name);
			const tries = part.claims.filter(({ id, name }) => id === mine.id && kind.marks(name)[0] === spelling);
			return { holder, isFirst: isEntered && holder.id === mine.id && tries.length === 1 };
		}
		if (!part.isLong) throw new Error(`The log ${key} takes no claim`);
		decided = await behindLongParts(store, kind, mine.name, now);
		holder = holderFor(kind, decided, mine);
		if (holder) return { holder, isFirst: false };
	}
	return { holder: undefined, isFirst: false };
}

export const holderInOneLog = <V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	name: string
): Promise<V | undefined> => find(store, kind, name, ({ held }) => held.get(kind.marks(name)[0] ?? ''));

/** The other who has the name or a look-alike, without a claim. */
export async function otherInOneLog<V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	mine: Named
): Promise<V | undefined> {
	const holder = await find(store, kind, mine.name, (decided) => holderFor(kind, decided, mine));
	return holder?.id === mine.id ? undefined : holder;
}

async function find<V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	name: string,
	wanted: (decided: Decided<V>) => V | undefined
): Promise<V | undefined> {
	let decided = longParts.of<V>(store, kind.log(name, 0));
	while (!wanted(decided) && decided.parts < MAX_NAME_PARTS) {
		const part = partIn(kind, await store.get(kind.log(name, decided.parts)));
		const now = withClaims(kind, decided, part);
		if (!part.isLong) return wanted(now);
		decided = await behindLongParts(store, kind, name, now);
	}
	return wanted(decided);
}

interface Part<V> {
	claims: V[];
	isLong: boolean;
}

function partIn<V extends Named>({ parse }: OneLogKind<V>, text = ''): Part<V> {
	const claims: V[] = [];
	let at = 0;
	for (const token of tokensIn(text)) {
		if (at >= LONG) break;
		at += 1 + token.length;
		const claimed = parse(readToken(token));
		if (claimed) claims.push(claimed);
	}
	return { claims, isLong: text.length >= LONG };
}

/** Reads the long parts that follow, at one call for all of them: each long part is final, however late the answer is. */
async function behindLongParts<V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	name: string,
	decided: Decided<V>
): Promise<Decided<V>> {
	let all = decided;
	const texts = new Map((await readRange(store, kind.parts(name))).map(({ key, value }) => [key, value]));
	for (;;) {
		const part = partIn(kind, texts.get(kind.log(name, all.parts)));
		if (!part.isLong) break;
		all = withClaims(kind, all, part);
	}
	longParts.remember(store, kind.log(name, 0), all);
	return all;
}

/** The claim of `mine` that counts, or the one that excludes it. */
function holderFor<V extends Named>(kind: OneLogKind<V>, { held }: Decided<V>, mine: Named): V | undefined {
	const [spelling = '', ...looks] = kind.marks(mine.name);
	const own = held.get(spelling);
	if (own) return own;
	return looks.map((look) => held.get(look)).find((other) => other && other.id !== mine.id);
}
