/** `?page=2`: which page of a list an address asks for; from 1 on, nothing where it names none. */
export function pageIn({ searchParams }: URL): number | undefined {
	const text = searchParams.get('page') ?? '';
	return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}
