/** Sent to the window where a part of the app could not be loaded: offline, or after an update took its file away. */
export const PART_MISSING = 'parley:part-missing';

/**
 * Loads a part of the app when it is wanted: `await lazy(import(…))`.
 * @returns nothing where it could not be loaded; the next one who wants it tries again
 */
export async function lazy<Part>(loading: Promise<Part>): Promise<Part | undefined> {
	try {
		return await loading;
	} catch {
		dispatchEvent(new Event(PART_MISSING));
		return undefined;
	}
}
