/** StoreUnavailable becomes a 503 in `unlessStoreAway`, where work goes on without the store, else in `handleError` and `handle`. */
import { StoreUnavailable } from '../../../hpkv/port.ts';
import { STORE_AWAY } from '../../chat/text/error-texts.ts';

export const AWAY = { status: 503, error: STORE_AWAY } as const;

/** What `act` returns, or what `without` does where the store cannot be reached. */
export async function unlessStoreAway<T, U>(
	act: () => Promise<T>,
	without: (reason: StoreUnavailable) => U
): Promise<T | U> {
	try {
		return await act();
	} catch (reason) {
		if (!(reason instanceof StoreUnavailable)) throw reason;
		return without(reason);
	}
}

export const retryAfterSeconds = ({ retryAfterMs }: StoreUnavailable): number | undefined =>
	retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1_000);

/** Whether a hosted endpoint's limit, and not its absence, is the reason. */
export const isQueueFull = (reason: unknown): boolean =>
	reason instanceof StoreUnavailable && reason.retryAfterMs !== undefined;

/** For `handleError`: the sentence, if the store's absence is the error. The status comes from {@link withStatus}. */
export function messageIfAway(error: unknown, locals: App.Locals): string | undefined {
	if (!(error instanceof StoreUnavailable)) return undefined;
	locals.storeAway = 'failed';
	locals.retryAfter = retryAfterSeconds(error);
	return AWAY.error;
}

/** SvelteKit says 500, or 200 for a page without the store. Such a page's data stays 200, or its script would show an error page. */
export function withStatus(response: Response, { storeAway, retryAfter }: App.Locals, isDataRequest = false): Response {
	const isRendered = storeAway === 'rendered' && response.ok && !isDataRequest;
	const isAway = storeAway === 'failed' ? response.status === 500 : isRendered;
	if (!isAway) return response;
	const away = new Response(response.body, { status: AWAY.status, headers: response.headers });
	if (retryAfter !== undefined) away.headers.set('retry-after', String(retryAfter));
	return away;
}
