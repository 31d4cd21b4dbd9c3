export function pageIn({ searchParams }: URL): number | undefined {
	const text = searchParams.get('page') ?? '';
	return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}
