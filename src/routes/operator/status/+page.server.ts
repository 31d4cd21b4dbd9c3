import { config } from '$lib/server/runtime/config.ts';
import { errorFacts, log } from '$lib/server/runtime/log.ts';
import { dotEnvNames, people, store, uploads, wholeCheck } from '$lib/server/services.ts';
import { placeStatus } from '$lib/server/views/place-status.ts';
import { operatorAction } from '../operator.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ request: { headers }, url: { origin } }) => ({
	status: await placeStatus(store, config, { headers, origin, dotEnvNames }, Date.now()),
	files: { ...uploads.limits.sizes, stored: await storedFiles() },
	avatars: (await people.all()).filter(({ avatar }) => avatar).length,
	checked: wholeCheck.last,
	isChecking: wholeCheck.isRunning,
	version: PARLEY_VERSION
});

/** A bucket may never answer, and an operator opens this page then. */
const FILES_COUNTED_WITHIN_MS = 2_000;

/** Undefined where the place for blobs does not answer, or has not yet. */
const storedFiles = () =>
	uploads.limits.storedWithin(FILES_COUNTED_WITHIN_MS).catch((error: unknown) => {
		log('error', 'files-not-counted', errorFacts(error));
		return undefined;
	});

export const actions: Actions = {
	check: (event) =>
		operatorAction(
			event,
			(error) => ({ refused: { error } }),
			async () => ({ ended: await wholeCheck.run() })
		)
};
