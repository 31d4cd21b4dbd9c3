export interface Named {
	id: string;
	name: string;
}

/** What became of a claim. */
export interface ClaimedName<V> {
	/** `mine`, or who holds this name or a look-alike; undefined where names like it are too many, and nobody need hold it. */
	holder: V | undefined;
	/** Whether `mine` is the holder, and no try to claim this spelling for its id has come so far before. */
	isFirst: boolean;
}
