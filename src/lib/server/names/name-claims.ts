/**
 * A name belongs to who claimed it first, with its look-alikes. Names of people stand in one log (one-log.ts); those of
 * rooms, and of people where a build that knows no such log may run beside this one, in two (two-logs.ts).
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { winner } from '../storage/claims.ts';
import { readNameLogs } from '../place/origin.ts';
import { claimInOneLog, holderInOneLog, otherInOneLog, type OneLogKind } from './one-log.ts';
import type { ClaimedName, Named } from './named.ts';
import { claimInTwoLogs, claimNewInTwoLogs, type NameKind } from './two-logs.ts';

export type EitherKind<V extends Named> = NameKind<V> & OneLogKind<V>;

/** @returns `mine`, or the holder of this name or a look-alike; undefined where names like it are too many */
export async function claimName<V extends Named>(store: Hpkv, kind: EitherKind<V>, mine: V): Promise<V | undefined> {
	if ((await readNameLogs(store)) === 'two') return claimInTwoLogs(store, kind, mine);
	return (await claimInOneLog(store, kind, mine, { isNew: false })).holder;
}

/** The same for a name that nobody is expected to hold, in fewer calls. */
export const claimNewName = async <V extends Named>(
	store: Hpkv,
	kind: EitherKind<V>,
	mine: V
): Promise<ClaimedName<V>> =>
	(await readNameLogs(store)) === 'two'
		? claimNewInTwoLogs(store, kind, mine)
		: claimInOneLog(store, kind, mine, { isNew: true });

/** Who has or had this name, in any spelling. */
export const holderOfName = async <V extends Named>(
	store: Hpkv,
	kind: EitherKind<V>,
	name: string
): Promise<V | undefined> =>
	(await readNameLogs(store)) === 'two'
		? kind.parse(await winner(store, kind.spelling(name)))
		: holderInOneLog(store, kind, name);

/** The other who has this name, or a look-alike if names have one log, as far as a reading tells. */
export async function otherHolder<V extends Named>(
	store: Hpkv,
	kind: EitherKind<V>,
	mine: Named
): Promise<V | undefined> {
	if ((await readNameLogs(store)) === 'one') return otherInOneLog(store, kind, mine);
	const holder = kind.parse(await winner(store, kind.spelling(mine.name)));
	return holder?.id === mine.id ? undefined : holder;
}
