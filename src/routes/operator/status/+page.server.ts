import { config } from '$lib/server/runtime/config.ts';
import { dotEnvNames, store, wholeCheck } from '$lib/server/services.ts';
import { placeStatus } from '$lib/server/views/place-status.ts';
import { operatorAction } from '../operator.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ request: { headers }, url: { origin } }) => ({
	status: await placeStatus(store, config, { headers, origin, dotEnvNames }, Date.now()),
	checked: wholeCheck.last,
	isChecking: wholeCheck.isRunning,
	version: PARLEY_VERSION
});

export const actions: Actions = {
	check: (event) =>
		operatorAction(
			event,
			(error) => ({ refused: { error } }),
			async () => ({ ended: await wholeCheck.run() })
		)
};
