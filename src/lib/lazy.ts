/** Sent to the window where a part of the app could not be loaded: offline, or after an update took its file away. */
export const PART_MISSING = 'parley:part-missing';

/**
 * A part of the app that is loaded when it is first wanted: `const part = lazy(() => import(…))`, then `await part()`.
 * All who wait for one load go on in the order in which they asked: two imports of one file can end in another.
 * @returns nothing where the part could not be loaded; the next call tries again
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
