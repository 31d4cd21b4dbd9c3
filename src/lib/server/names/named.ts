export interface Named {
	id: string;
	name: string;
}

export interface ClaimedName<V> {
	/** `mine`, or who holds this name or a look-alike; undefined where no name like it can be taken, even if nobody holds it. */
	holder: V | undefined;
	/** Whether `mine` is the holder, and no try to claim this spelling for its id has come so far before. */
	isFirst: boolean;
}
