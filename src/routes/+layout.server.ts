import { may } from '$lib/chat/people/permissions.ts';
import type { Role } from '$lib/chat/people/role.ts';
import { unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url, untrack, setHeaders }) => {
	const link = locals.visitor.takeOnce('sign-in-link');
	const codes = locals.visitor.takeOnce('recovery-codes');
	// The compressed length could reveal a secret: see src/host/compression.ts.
	if (link || codes) setHeaders({ 'cache-control': 'private, no-store, no-transform' });
	const [me, place] = await Promise.all([whoReads(locals), placeOf(locals)]);
	return {
		me,
		joining: place?.joining,
		reading: place?.reading,
		/** Whether the reader may invite people. */
		invites: place !== undefined && may(me, 'invite people', place),
		zone: locals.visitor.zone(),
		signInLink: link && `${untrack(() => url.origin)}/signin/${link}`,
		recoveryCodes: codes?.split(',')
	};
};

interface Me {
	id: string;
	name: string;
	role: Role;
	/** Whether the person may operate the place. */
	operator: boolean;
}

/** Undefined where the store is away. */
const placeOf = ({ visitor }: App.Locals) =>
	unlessStoreAway(
		() => visitor.place(),
		() => undefined
	);

/** Undefined where the store is away: a room's page is shown all the same. */
async function whoReads({ visitor }: App.Locals): Promise<Me | undefined> {
	const session = await unlessStoreAway(
		() => visitor.session(),
		() => undefined
	);
	if (!session) return undefined;
	const { person: id, name, role } = session;
	return { id, name, role, operator: may({ id, role }, 'operate place', undefined) };
}
