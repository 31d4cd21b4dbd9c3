/** Event sent to the window when a part of the app could not be loaded: offline, or an update deleted its file. */
export const PART_MISSING = 'parley:part-missing';

/**
 * Loads the part at the first call. Callers share one promise: two imports of one file may resolve in another order.
 * Resolves to undefined on failure; the next call tries again.
 */
export function lazy<Part>(load: () => Promise<Part>): () => Promise<Part | undefined> {
	let loading: Promise<Part | undefined> | undefined;
	return () =>
		(loading ??= load().catch(() => {
			loading = undefined;
			dispatchEvent(new Event(PART_MISSING));
			return undefined;
		}));
}
