/** What outlives a page in this browser: messages that are not acknowledged, and drafts. */
export interface Keep<T> {
	/** All of them, or those whose id begins so. */
	all(id?: string): T[];
	put(id: string, value: T): void;
	drop(id: string): void;
}

/**
 * In the browser's own storage, one key for each value, so that two tabs do not write over each other's. Where there is no
 * storage (a private window, a full disk) nothing is kept, and nothing else changes.
 * @param isValue checks what comes back: another version of this page may have written it
 */
export function browserKeep<T>(prefix: string, isValue: (value: unknown) => value is T): Keep<T> {
	const attempt = <Result>(act: (storage: Storage) => Result): Result | undefined => {
		try {
			return act(localStorage);
		} catch {
			return undefined;
		}
	};
	const read = (storage: Storage, key: string): T[] => {
		try {
			const value: unknown = JSON.parse(storage.getItem(key) ?? '');
			return isValue(value) ? [value] : [];
		} catch {
			return [];
		}
	};
	return {
		all: (id = '') =>
			attempt((storage) =>
				Object.keys(storage)
					.filter((key) => key.startsWith(prefix + id))
					.flatMap((key) => read(storage, key))
			) ?? [],
		put: (id, value) => attempt((storage) => storage.setItem(prefix + id, JSON.stringify(value))),
		drop: (id) => attempt((storage) => storage.removeItem(prefix + id))
	};
}
