/**
 * An append log: `;{beginning of a person's id}` for a use, `;!` for the revocation. The first people before the first
 * `;!` have won, as many as the invitation has uses, for every reader and for ever: no lock is needed, and who crashed
 * after a use finds their place again with the same form.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { keys } from '../../chat/storage/keys.ts';
import { appendToken, MetLogs } from '../storage/claims.ts';

const REVOKED = '!';

/** Sixteen letters, so that the smallest value of a store holds the uses and the losers of a race. */
export const useOf = (person: string) => person.slice(0, 16);

export interface Uses {
	/** Of those who won: the beginnings of their ids, in the order of their uses. */
	winners: readonly string[];
	/** The place of a use in the log, also of one that lost. */
	entered: ReadonlySet<string>;
	revoked: boolean;
}

export function usesIn(log: string | undefined, most: number): Uses {
	const tokens = tokensIn(log);
	const end = tokens.indexOf(REVOKED);
	const before = new Set(end < 0 ? tokens : tokens.slice(0, end));
	return { winners: [...before].slice(0, most), entered: new Set(tokens), revoked: end >= 0 };
}

/** Whether this person may use the invitation, or has used it. */
export const admits = ({ winners, entered, revoked }: Uses, most: number, person: string): boolean =>
	winners.includes(useOf(person)) || (!revoked && winners.length < most && !entered.has(useOf(person)));

export const readUses = async (store: Hpkv, invitation: string, most: number): Promise<Uses> =>
	usesIn(await store.get(keys.invitationUses(invitation)), most);

export interface TakenUse {
	isWon: boolean;
	/** Whether no try of this person came before. */
	isFirst: boolean;
}

const met = new MetLogs();

/**
 * Appends the use, then reads the log. A use behind the last allowed one, or behind the revocation, is void. A use that
 * this process has met is read first: repeated forms must not fill the log.
 */
export async function takeUse(
	store: Hpkv,
	{ invitation, most, person }: { invitation: string; most: number; person: string }
): Promise<TakenUse> {
	const use = useOf(person);
	const key = keys.invitationUses(invitation);
	const tried = `${key} ${use}`;
	if (met.has(store, tried)) {
		const seen = await readUses(store, invitation, most);
		if (seen.entered.has(use) || !admits(seen, most, person)) {
			return { isWon: seen.winners.includes(use), isFirst: false };
		}
	}
	met.add(store, tried);
	// A log that is full takes nothing: the reader below finds that nothing was won.
	const isEntered = await appendToken(store, key, `;${use}`);
	const log = await store.get(key);
	const isFirst = isEntered && tokensIn(log).filter((token) => token === use).length === 1;
	return { isWon: usesIn(log, most).winners.includes(use), isFirst };
}

export const endUses = (store: Hpkv, invitation: string): Promise<boolean> =>
	appendToken(store, keys.invitationUses(invitation), `;${REVOKED}`);

/** Before the invitation is forgotten: a use that is on its way finds the end before it. */
export const forgetUses = (store: Hpkv, invitation: string): Promise<void> =>
	store.set(keys.invitationUses(invitation), `;${REVOKED}`);
