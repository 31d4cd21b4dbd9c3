/** Where labels of lines go that end close to each other: as near to their lines as they can without touching. */

/** @param places ascending or not, in pixels. @returns the same number of places, in the same order, `gap` apart at least */
export function spread(places: readonly number[], gap: number): number[] {
	/** Labels that touch, stacked around the middle of their places. */
	let stacks = places.map((at, index) => ({ at, indexes: [index] })).sort((a, b) => a.at - b.at);
	for (let touching = true; touching;) {
		touching = false;
		const merged: typeof stacks = [];
		for (const stack of stacks) {
			const above = merged.at(-1);
			const reach = above && (gap * (above.indexes.length + stack.indexes.length)) / 2;
			if (above && reach !== undefined && stack.at - above.at < reach) {
				const indexes = [...above.indexes, ...stack.indexes];
				const at = indexes.reduce((sum, index) => sum + places[index]!, 0) / indexes.length;
				merged[merged.length - 1] = { at, indexes };
				touching = true;
			} else merged.push(stack);
		}
		stacks = merged;
	}
	const found: number[] = [];
	for (const { at, indexes } of stacks) {
		const first = at - (gap * (indexes.length - 1)) / 2;
		for (const [place, index] of indexes.entries()) found[index] = first + place * gap;
	}
	return found;
}
