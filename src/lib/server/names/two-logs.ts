/**
 * Claims of rooms, and of people in stores of the first format: a name is claimed first in the log of its look-alikes,
 * then by its spelling (case and width ignored), which decides. In the log, a claim counts if it won its spelling and no
 * earlier claim that counts is a look-alike. Every reader finishes the claims it finds, so all see the same ones count.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { appendClaim, MetLogs, readToken, winner } from '../storage/claims.ts';
import { readOrigin } from '../place/origin.ts';
import { isOneGroup } from './look-alikes.ts';
import type { ClaimedName, Named } from './named.ts';

export interface NameKind<V extends Named> {
	parse: (value: unknown) => V | undefined;
	spelling: (name: string) => string;
	group: (name: string) => string;
	/** The logs of all look-alikes of the name: more than its own where capitals look like other names. */
	groups: (name: string) => string[];
	/** Spellings of look-alikes that the log of this name may not hold. */
	earlier: (name: string) => string[];
	alike: (one: string, other: string) => boolean;
}

/** @returns `mine`, or the holder of this name or a look-alike */
export async function claimInTwoLogs<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V> {
	const other = await holderInOtherGroups(store, kind, mine);
	const isMine = other && kind.parse(await winner(store, kind.spelling(mine.name)))?.id === mine.id;
	return other && !isMine ? other : finishClaim(store, kind, mine);
}

async function finishClaim<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V> {
	const spelling = kind.spelling(mine.name);
	const first = await winner(store, spelling);
	const held = kind.parse(first);
	if (held && (held.id !== mine.id || kind.alike(held.name, mine.name))) return held;
	const other = (await earlierHolder(store, kind, mine)) ?? (await holderInGroup(store, kind, mine));
	if (other) return other;
	// Another person's claim that came meanwhile stands before this claim.
	if (first === undefined) await appendClaim(store, spelling, mine);
	return kind.parse(first ?? (await winner(store, spelling))) ?? mine;
}

const met = new MetLogs();

/** For a name that nobody is expected to hold: append, then read. A log with another's claim is read first: tries must not fill it. */
export async function claimNewInTwoLogs<V extends Named>(
	store: Hpkv,
	kind: NameKind<V>,
	mine: V
): Promise<ClaimedName<V> & { holder: V }> {
	const [group, spelling] = [kind.group(mine.name), kind.spelling(mine.name)];
	if (met.has(store, group) || met.has(store, spelling)) {
		return { holder: await claimInTwoLogs(store, kind, mine), isFirst: false };
	}
	const earlier = (await holderInOtherGroups(store, kind, mine)) ?? (await earlierHolder(store, kind, mine));
	if (earlier) return { holder: earlier, isFirst: false };
	await appendClaim(store, group, mine);
	met.add(store, group);
	const other = await holderInGroup(store, kind, mine);
	if (other) return { holder: other, isFirst: false };
	const isEntered = await appendClaim(store, spelling, mine);
	met.add(store, spelling);
	const claims = tokensIn(await store.get(spelling)).map((token) => kind.parse(readToken(token)));
	const holder = claims[0] ?? mine;
	const ofMine = claims.filter((claimed) => claimed?.id === mine.id);
	return { holder, isFirst: isEntered && holder.id === mine.id && ofMine.length === 1 };
}

/** If the name looks like another's, its holder keeps it, unfiled. */
export async function fileLookAlikes<V extends Named>(store: Hpkv, kind: NameKind<V>, named: V): Promise<void> {
	await holderInGroup(store, kind, named);
}

async function earlierHolder<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V | undefined> {
	// The name's own spelling is read by the caller.
	const others = kind.earlier(mine.name).filter((key) => key !== kind.spelling(mine.name));
	if (others.length === 0 || !(await mayBeUnfiled(store, mine.name))) return undefined;
	const held = await Promise.all(others.map((key) => winner(store, key)));
	return held.map(kind.parse).find((other) => other && other.id !== mine.id && kind.alike(other.name, mine.name));
}

/** Who holds a look-alike whose claim stands in another log, as ARN0 beside arno. Of two who claim such names at once, it stops none. */
async function holderInOtherGroups<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V | undefined> {
	for (const group of kind.groups(mine.name)) {
		if (group === kind.group(mine.name)) continue;
		for (const token of tokensIn(await store.get(group))) {
			const claimed = kind.parse(readToken(token));
			if (!claimed || claimed.id === mine.id || !kind.alike(claimed.name, mine.name)) continue;
			const holder = kind.parse(await winner(store, kind.spelling(claimed.name)));
			if (holder?.id === claimed.id) return claimed;
		}
	}
	return undefined;
}

/**
 * Whether a look-alike may stand in no log of this name: it has another group, or was claimed before the logs existed. A
 * store that was new to a later version has none of the second kind.
 */
export const mayBeUnfiled = async (store: Hpkv, name: string): Promise<boolean> =>
	!isOneGroup(name) || (await readOrigin(store)) !== 'new';

/** The holder whose claim excludes `mine`; undefined once `mine` counts in the log of its look-alikes. */
async function holderInGroup<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V | undefined> {
	const group = kind.group(mine.name);
	for (let appended = false; ; appended = true) {
		let first: V | undefined;
		for (const token of tokensIn(await store.get(group))) {
			const claimed = kind.parse(readToken(token));
			if (!claimed || !kind.alike(claimed.name, mine.name)) continue;
			if (claimed.id === mine.id && kind.spelling(claimed.name) === kind.spelling(mine.name)) return undefined;
			first ??= claimed;
			// Finishes the other claim. All claims before it have been checked, so the recursion ends.
			const holder = await finishClaim(store, kind, claimed);
			if (holder.id === claimed.id && claimed.id !== mine.id) return claimed;
		}
		// The log is full: a look-alike in it excludes `mine`; other names in it do not.
		if (appended) return first;
		await appendClaim(store, group, mine);
	}
}
