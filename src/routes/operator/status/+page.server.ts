import { config } from '$lib/server/runtime/config.ts';
import { store } from '$lib/server/services.ts';
import { placeStatus } from '$lib/server/views/place-status.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ request: { headers }, url: { origin } }) => ({
	status: await placeStatus(store, config, { headers, origin }, Date.now()),
	version: PARLEY_VERSION
});
