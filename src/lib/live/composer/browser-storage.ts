/** Values that outlive a page in this browser: the outbox, drafts, preferences. */
export interface Keep<T> {
	/** All values, or those whose id begins with `id`. */
	all(id?: string): T[];
	put(id: string, value: T): void;
	drop(id: string): void;
}

/** One key for each value: tabs do not overwrite each other. Without storage nothing is kept or thrown; `isValue` checks old values. */
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
