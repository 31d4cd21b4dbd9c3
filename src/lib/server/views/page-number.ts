export function pageIn({ searchParams }: URL, name = 'page'): number | undefined {
	const text = searchParams.get(name) ?? '';
	return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}
