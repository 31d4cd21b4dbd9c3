import { unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url, untrack, setHeaders }) => {
	const link = locals.visitor.takeSignInLink();
	// The compressed length could reveal the link: see src/host/compression.ts.
	if (link) setHeaders({ 'cache-control': 'private, no-store, no-transform' });
	return {
		me: await whoReads(locals),
		zone: locals.visitor.zone(),
		signInLink: link && `${untrack(() => url.origin)}/signin/${link}`
	};
};

/** Undefined where the store is away: a room's page is shown all the same. */
async function whoReads({ visitor }: App.Locals): Promise<{ id: string; name: string; operator: boolean } | undefined> {
	const session = await unlessStoreAway(
		() => visitor.session(),
		() => undefined
	);
	return session && { id: session.person, name: session.name, operator: session.operator };
}
