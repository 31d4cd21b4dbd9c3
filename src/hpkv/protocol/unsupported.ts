/**
 * Members and parameters that other stores know and this one does not. They are refused, since a caller that asks for an
 * expiry or for an order relies on it. Other unknown members are ignored: HPKV's own clients send some.
 */
const SENTENCES = {
	ttl: 'A record stays until it is deleted: ttl is not supported',
	expiresIn: 'Records stay until they are deleted, tokens for two hours: expiresIn is not supported',
	reverse: 'A range ascends by key: reverse is not supported',
	order: 'A range ascends by key: order is not supported',
	offset: 'A range continues from the last key followed by NUL: offset is not supported',
	keysOnly: 'A range returns keys with their values: keysOnly is not supported'
} as const;

/** The sentence on the first unsupported member of a request's body or frame; null counts as left out. */
export function unsupportedMember(request: unknown): string | undefined {
	if (Array.isArray(request)) return 'A request is one operation: an array is not supported';
	if (typeof request !== 'object' || request === null) return undefined;
	return sentenceOn((name) => (request as Record<string, unknown>)[name] != null);
}

/** The sentence on the first unsupported parameter of a query. */
export const unsupportedParameter = (query: URLSearchParams): string | undefined =>
	sentenceOn((name) => query.has(name));

function sentenceOn(isAsked: (name: string) => boolean): string | undefined {
	const name = (Object.keys(SENTENCES) as (keyof typeof SENTENCES)[]).find(isAsked);
	return name && SENTENCES[name];
}
