/** One patch is the moment: it says why, and ends all sessions. Dropping the person then closes their sockets on every node. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { dropPerson } from '../people/holders.ts';
import { readOwners } from '../people/owners.ts';
import { newGeneration } from '../people/people.ts';
import { changeStanding, endSessions } from '../people/standing.ts';
import { queueRenewal } from './renew-epochs.ts';
import { readActorAndTarget, refused, whyNotModerate, type Acted, type Acting } from './target.ts';

export const block = (store: Hpkv, actor: Acting, id: string): Promise<Acted> => shutOut(store, actor, id, 'blocked');
/** The person keeps the name and the messages, and can be let in again. */
export const deactivate = (store: Hpkv, actor: Acting, id: string): Promise<Acted> =>
	shutOut(store, actor, id, 'deactivated');
export const unblock = (store: Hpkv, actor: Acting, id: string): Promise<Acted> => letIn(store, actor, id, 'blocked');
export const reactivate = (store: Hpkv, actor: Acting, id: string): Promise<Acted> =>
	letIn(store, actor, id, 'deactivated');

async function shutOut(store: Hpkv, actor: Acting, id: string, why: 'blocked' | 'deactivated'): Promise<Acted> {
	const both = await readActorAndTarget(store, actor, id);
	if (!both) return refused('gone');
	const because = whyNotModerate(both);
	if (because) return refused(because);
	// Elsewhere, the drop below closes the sockets and ends the tokens.
	if (!store.dropsHolders) await queueRenewal(store, id, Date.now());
	await endSessions(store, id, why === 'blocked' ? { blocked: true } : { deactivated: true }, newGeneration());
	await dropPerson(store, id);
	// Became an owner meanwhile: nobody could let in an owner again. `setRole` looks for the block in its turn.
	if ((await readOwners(store)).has(id)) {
		await changeStanding(store, id, why, false);
		return refused('owner');
	}
	return { ok: true, target: both.target };
}

async function letIn(store: Hpkv, actor: Acting, id: string, why: 'blocked' | 'deactivated'): Promise<Acted> {
	const both = await readActorAndTarget(store, actor, id);
	if (!both) return refused('gone');
	const because = whyNotModerate(both);
	if (because) return refused(because);
	await changeStanding(store, id, why, false);
	return { ok: true, target: both.target };
}
