/**
 * All names that are spelled the same or look alike have one log, which alone decides: a claim counts if no earlier claim that
 * counts is another's and spelled the same or a look-alike. Who has crashed behind their claim holds the name, and a claim that
 * does not count excludes nobody. The log holds other names as well, so it goes on in a next one where it has grown long.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_NAME_LOGS } from '../../chat/limits.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { appendClaim, MetLogs, readToken } from '../storage/claims.ts';
import type { ClaimedName, Named } from './two-logs.ts';

export interface OneLogKind<V extends Named> {
	parse: (value: unknown) => V | undefined;
	/** Its key: the same for all names that may exclude each other. `part`: 0, 1, 2 … */
	log: (name: string, part: number) => string;
	/** What excludes other names that have one of these: the spelling first, then how the name looks. */
	marks: (name: string) => string[];
}

/** Characters of a log. A token that begins behind them counts in no log: the smallest value of a store holds one that begins before. */
const LONG = 700;

/** Whose a spelling or look is, by the claims that count. */
type Held<V> = Map<string, V>;

const met = new MetLogs();

/** @param isNew whether nobody is expected to hold the name: then two calls, append and read, unless this process has met the log */
export async function claimInOneLog<V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	mine: V,
	{ isNew }: { isNew: boolean }
): Promise<ClaimedName<V>> {
	const held: Held<V> = new Map();
	for (let part = 0; part < MAX_NAME_LOGS; part++) {
		const key = kind.log(mine.name, part);
		let isEntered = false;
		const enter = async () => {
			met.add(store, key);
			isEntered = await appendClaim(store, key, mine);
		};
		if (isNew && !met.has(store, key)) await enter();
		let log = await readLog(store, kind, key, held);
		let holder = holderFor(kind, held, mine);
		if (!holder && !log.isLong) {
			await enter();
			log = await readLog(store, kind, key, held);
			holder = holderFor(kind, held, mine);
		}
		if (holder) {
			const [spelling] = kind.marks(mine.name);
			const tries = log.claims.filter(({ id, name }) => id === mine.id && kind.marks(name)[0] === spelling);
			return { holder, isFirst: isEntered && holder.id === mine.id && tries.length === 1 };
		}
		if (!log.isLong) throw new Error(`The log ${key} takes no claim`);
	}
	// As many names as nobody has who does not want to keep others from one.
	return { holder: [...held.values()].find(({ id }) => id !== mine.id) ?? mine, isFirst: false };
}

/** Who has or had the name, in any spelling. */
export const holderInOneLog = <V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	name: string
): Promise<V | undefined> => find(store, kind, name, (held) => held.get(kind.marks(name)[0] ?? ''));

/** The other who has the name or a look-alike, without a claim. */
export async function otherInOneLog<V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	mine: Named
): Promise<V | undefined> {
	const holder = await find(store, kind, mine.name, (held) => holderFor(kind, held, mine));
	return holder?.id === mine.id ? undefined : holder;
}

async function find<V extends Named>(
	store: Hpkv,
	kind: OneLogKind<V>,
	name: string,
	wanted: (held: Held<V>) => V | undefined
): Promise<V | undefined> {
	const held: Held<V> = new Map();
	for (let part = 0; part < MAX_NAME_LOGS; part++) {
		const { isLong } = await readLog(store, kind, kind.log(name, part), held);
		const found = wanted(held);
		if (found || !isLong) return found;
	}
	return undefined;
}

interface Log<V> {
	claims: V[];
	isLong: boolean;
}

/** Adds to `held` the claims that count. */
async function readLog<V extends Named>(store: Hpkv, kind: OneLogKind<V>, key: string, held: Held<V>): Promise<Log<V>> {
	const text = (await store.get(key)) ?? '';
	const claims: V[] = [];
	let at = 0;
	for (const token of tokensIn(text)) {
		if (at >= LONG) break;
		at += 1 + token.length;
		const claimed = kind.parse(readToken(token));
		if (claimed) claims.push(claimed);
	}
	for (const claimed of claims) {
		const marks = kind.marks(claimed.name);
		if (marks.some((mark) => (held.get(mark) ?? claimed).id !== claimed.id)) continue;
		for (const mark of marks) if (!held.has(mark)) held.set(mark, claimed);
	}
	return { claims, isLong: text.length >= LONG };
}

/** The claim of `mine` that counts, or the one that excludes it. */
function holderFor<V extends Named>(kind: OneLogKind<V>, held: Held<V>, mine: Named): V | undefined {
	const [spelling = '', ...looks] = kind.marks(mine.name);
	const own = held.get(spelling);
	if (own) return own;
	return looks.map((look) => held.get(look)).find((other) => other && other.id !== mine.id);
}
