import { ANSWER_TIMEOUT_MS } from '../connection/answer-timeout.ts';
import { ask } from './polite-fetch.ts';

/** Throws if there is no answer in time, or the answer is no success. */
export async function loadJson<T>(address: string, signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)): Promise<T> {
	return (await succeeded(await ask(address, { signal })).json()) as T;
}

export function succeeded(response: Response): Response {
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return response;
}
