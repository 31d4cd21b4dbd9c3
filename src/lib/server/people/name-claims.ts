/**
 * Who has a name. It is claimed twice: by how it is spelled, case and width apart, which is what look-ups go by and what
 * decides; and before that by what it looks like, in one log for all names that may look alike. In that log a claim counts
 * if no earlier one that counts is of a look-alike, and if it won its spelling as well. Whoever finds a claim that has not
 * come so far (its writer crashed, or is at it) finishes it, so everybody sees the same claims count for ever. A claim that
 * lost keeps nobody out.
 *
 * Names that were claimed before there was a log of look-alikes stay with those who have them (filed-names.ts).
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { appendClaim, claim, readToken, winner } from '../storage/claims.ts';

export interface Named {
	id: string;
	name: string;
}

/** How names of people, or of rooms, are spelled and compared. */
export interface NameKind<V extends Named> {
	parse: (value: unknown) => V | undefined;
	/** The key of the claims on this spelling. */
	spelling: (name: string) => string;
	/** The key of the claims on all that may look like it. */
	group: (name: string) => string;
	/** The spellings that a look-alike may have been claimed under before there were groups. */
	earlier: (name: string) => string[];
	alike: (one: string, other: string) => boolean;
}

/** Claims a name and answers with who has it: `mine`, or the one whose name this is or looks like. */
export async function claimName<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V> {
	const spelling = kind.spelling(mine.name);
	const held = kind.parse(await winner(store, spelling));
	if (held && (held.id !== mine.id || kind.alike(held.name, mine.name))) return held;
	const other = (await earlierHolder(store, kind, mine)) ?? (await holderInGroup(store, kind, mine));
	return other ?? kind.parse(await claim(store, spelling, mine)) ?? mine;
}

/** Files names that were claimed before there were groups. One that looks like another's stays its own, unfiled. */
export async function fileLookAlikes<V extends Named>(store: Hpkv, kind: NameKind<V>, named: V): Promise<void> {
	await holderInGroup(store, kind, named);
}

async function earlierHolder<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V | undefined> {
	const held = await Promise.all(kind.earlier(mine.name).map((key) => winner(store, key)));
	return held.map(kind.parse).find((other) => other && other.id !== mine.id && kind.alike(other.name, mine.name));
}

/** Whose claim keeps this one out; nobody's, once this one counts in the log of its look-alikes. */
async function holderInGroup<V extends Named>(store: Hpkv, kind: NameKind<V>, mine: V): Promise<V | undefined> {
	const group = kind.group(mine.name);
	for (let appended = false; ; appended = true) {
		let first: V | undefined;
		for (const token of tokensIn(await store.get(group))) {
			const claimed = kind.parse(readToken(token));
			if (!claimed || !kind.alike(claimed.name, mine.name)) continue;
			if (claimed.id === mine.id && kind.spelling(claimed.name) === kind.spelling(mine.name)) return undefined;
			first ??= claimed;
			// Finished for whoever claimed it; those before it were looked at by then, so this ends.
			const holder = await claimName(store, kind, claimed);
			if (holder.id === claimed.id && claimed.id !== mine.id) return claimed;
		}
		// A log that is full takes no more claims: a look-alike in it keeps this one out, others do not.
		if (appended) return first;
		await appendClaim(store, group, mine);
	}
}
