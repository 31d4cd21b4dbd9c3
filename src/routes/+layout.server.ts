import { isHttpError } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url, untrack, setHeaders }) => {
	const link = locals.visitor.takeSignInLink();
	// Its length, compressed, could tell the link: see src/host/compression.ts.
	if (link) setHeaders({ 'cache-control': 'private, no-store, no-transform' });
	return {
		me: await whoReads(locals),
		zone: locals.visitor.zone(),
		signInLink: link && `${untrack(() => url.origin)}/signin/${link}`
	};
};

/** A room's page is shown even when the store cannot say who reads it. */
async function whoReads({ visitor }: App.Locals): Promise<{ id: string; name: string; operator: boolean } | undefined> {
	try {
		const session = await visitor.session();
		return session && { id: session.person, name: session.name, operator: session.operator };
	} catch (reason) {
		if (isHttpError(reason, 503)) return undefined;
		throw reason;
	}
}
