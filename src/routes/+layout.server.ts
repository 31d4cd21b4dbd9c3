import type { QuietHours } from '$lib/chat/people/quiet-hours.ts';
import { may } from '$lib/chat/people/permissions.ts';
import type { Role } from '$lib/chat/people/role.ts';
import { CLOSED } from '$lib/chat/place/place.ts';
import { roomLists } from '$lib/server/services.ts';
import type { RoomsNow } from '$lib/server/room-list/sent-rows.ts';
import { unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url, params, untrack, setHeaders }) => {
	const link = locals.visitor.takeOnce('sign-in-link');
	const codes = locals.visitor.takeOnce('recovery-codes');
	// The compressed length could reveal a secret: see src/host/compression.ts.
	if (link || codes) setHeaders({ 'cache-control': 'private, no-store, no-transform' });
	const none = (): RoomsNow => ({ rooms: [], order: 'name', now: Date.now() });
	const open = untrack(() => params.slug);
	const [me, place, list] = await Promise.all([
		whoReads(locals),
		placeOf(locals),
		unlessStoreAway(() => roomLists.recent(locals.visitor, open), none)
	]);
	return {
		me,
		/** The rooms of the sidebar. Loaded once: live events keep the list up to date. */
		list,
		/** The place's name, for readers of its rooms. */
		placeName: place && may(me, 'read place', place) ? place.name : CLOSED.name,
		joining: place?.joining,
		reading: place?.reading,
		mayCreate: place !== undefined && may(me, 'create room', place),
		listsPeople: may(me, 'list people', undefined),
		mayMessage: may(me, 'begin direct messages', undefined),
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
	operator: boolean;
	/** Do not disturb. */
	quietHours?: QuietHours;
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
	const { person: id, name, role, quietHours } = session;
	return { id, name, role, quietHours, operator: may({ id, role }, 'operate place', undefined) };
}
