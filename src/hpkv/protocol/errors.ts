/**
 * The refusals of the protocol: a number, the name that HPKV's REST client gives it, and a text. Where the official
 * suites look at the text, it is theirs to the letter.
 */

export const errorNames = {
	400: 'BAD_REQUEST',
	401: 'UNAUTHORIZED',
	403: 'FORBIDDEN',
	404: 'NOT_FOUND',
	405: 'METHOD_NOT_ALLOWED',
	409: 'CONFLICT',
	426: 'UPGRADE_REQUIRED',
	429: 'RATE_LIMIT_EXCEEDED',
	500: 'INTERNAL_ERROR',
	501: 'NOT_IMPLEMENTED',
	503: 'UNAVAILABLE',
	507: 'INSUFFICIENT_STORAGE'
} as const;

export type ErrorCode = keyof typeof errorNames;

/** What went wrong, in words that may be shown to the caller: never a key's value, a token or an API key. */
export interface Refusal {
	code: ErrorCode;
	error: string;
	/** The key that was asked for; clients compare it on a 404. */
	key?: string;
}

export const refusals = {
	notJson: { code: 400, error: 'Invalid JSON' },
	notFound: (key: string) => ({ code: 404, error: 'Record not found', key }),
	denied: (key: string) => ({ code: 403, error: 'Access denied: Key does not match allowed pattern', key }),
	badKey: { code: 401, error: 'Missing or invalid API key' },
	badToken: { code: 403, error: 'Invalid or expired token' },
	droppedToken: { code: 403, error: 'A holder of this token was dropped: ask for a new token' },
	badOrigin: { code: 403, error: 'This origin may not open a socket' },
	noSuchPath: { code: 404, error: 'No such endpoint' },
	wrongMethod: { code: 405, error: 'This endpoint has no such method' },
	upgradeRequired: {
		code: 426,
		error: 'This endpoint speaks WebSocket: the request needs the header Upgrade: websocket'
	},
	keyInQuery: { code: 400, error: 'The key stands in the path: GET /record/{key}' },
	tooMany: { code: 429, error: 'Rate limit exceeded' },
	tooManySockets: { code: 503, error: 'Too many connections' },
	tooManyOfAddress: { code: 429, error: 'Too many connections from this address' },
	tooManyOfHolder: { code: 429, error: 'Too many connections of this holder' },
	tooManyBadFrames: { code: 429, error: 'Too many sockets were closed for their frames: wait a minute' },
	tooManyOfToken: { code: 429, error: 'Too many connections with this token' },
	noNexus: { code: 501, error: 'This store has no Nexus: search and query exist on hosted HPKV only' },
	full: { code: 507, error: 'The store is full' },
	unavailable: { code: 503, error: 'The store is unavailable' },
	unknown: { code: 503, error: 'The store did not answer: a write may have happened' },
	internal: { code: 500, error: 'Internal error' }
} as const satisfies Record<string, Refusal | ((key: string) => Refusal)>;
