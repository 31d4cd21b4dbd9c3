/**
 * Where StoreUnavailable, which the domain throws, becomes a 503: in form actions and pages that go on without the store by
 * `unlessStoreAway`, and everywhere else by `handleError` and `handle` of hooks.server.ts.
 */
import { StoreUnavailable } from '../../../hpkv/port.ts';
import { STORE_AWAY } from '../../chat/text/error-texts.ts';

export const AWAY = { status: 503, error: STORE_AWAY } as const;

/** What `act` returns, or what `without` does where the store cannot be reached. */
export async function unlessStoreAway<T, U>(act: () => Promise<T>, without: () => U): Promise<T | U> {
	try {
		return await act();
	} catch (reason) {
		if (!(reason instanceof StoreUnavailable)) throw reason;
		return without();
	}
}

/** For `handleError`: the sentence, if the store's absence is the error. The status comes from {@link withStatus}. */
export function messageIfAway(error: unknown, locals: App.Locals): string | undefined {
	if (!(error instanceof StoreUnavailable)) return undefined;
	locals.storeAway = 'failed';
	return AWAY.error;
}

/** For `handle`: SvelteKit answers 500 for errors that it does not know, and 200 for a page rendered without the store. */
export function withStatus(response: Response, { storeAway }: App.Locals): Response {
	const isAway = storeAway === 'failed' ? response.status === 500 : storeAway === 'rendered' && response.ok;
	return isAway ? new Response(response.body, { status: AWAY.status, headers: response.headers }) : response;
}
