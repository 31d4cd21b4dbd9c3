/** SvelteKit writes what a page loads, and what an action answers, as one flat list (devalue). This reads plain data. */
const UNDEFINED = -1;

export function unflatten(list: readonly unknown[]): unknown {
	const read = (index: number): unknown => {
		if (index === UNDEFINED) return undefined;
		const value = list[index];
		if (Array.isArray(value)) return value.map((at: number) => read(at));
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([key, at]) => [key, read(at as number)]));
	};
	return read(0);
}
