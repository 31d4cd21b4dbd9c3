/** The REST door: a request to an operation, a reply to a response. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { refusals, type Refusal } from '../protocol/errors.ts';
import { MAX_DRAINED_BYTES, maxMessageBytes } from '../protocol/limits.ts';
import { Bound, Key, Limit, firstFault, type Operation, type Reply } from '../protocol/operations.ts';
import { AtomicBody, RecordBody, TokenBody } from '../protocol/rest.ts';
import { unsupportedMember, unsupportedParameter } from '../protocol/unsupported.ts';
import { everyKey } from './dispatch.ts';
import { BadPattern } from './pattern.ts';
import { Rate } from './rate-limit.ts';
import type { Service } from './service.ts';

export interface RestRules {
	/** Origins whose pages may ask with the API key; `*` any. Empty: no page but of our own origin. */
	corsOrigins: string[];
	/** Requests a second with the API key; 0: as many as it likes. */
	ratePerSecond: number;
}

type Answer = Reply | { code: 200; token: string } | Refusal;

/** A body that is refused before it is an operation. */
class BadRequest extends Error {}

export class Rest {
	readonly #service: Service;
	readonly #rules: RestRules;
	readonly #rate: Rate;

	constructor(service: Service, rules: RestRules) {
		this.#service = service;
		this.#rules = rules;
		this.#rate = new Rate(rules.ratePerSecond);
	}

	/** `path`: the request's raw path and query, relative to where the store is mounted; keys are still encoded. */
	async answer(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
		this.#allowOrigin(req, res);
		if (req.method === 'OPTIONS' && res.hasHeader('access-control-allow-origin')) {
			res.writeHead(204).end();
			return;
		}
		let reply: Answer;
		try {
			reply = await this.#reply(req, path);
		} catch (error) {
			// Whatever else can fail here is the request's own body, broken off: nobody is left to answer.
			if (!(error instanceof BadRequest) && !(error instanceof BadPattern)) return void req.destroy();
			reply = { code: 400, error: error.message };
		}
		send(res, reply);
	}

	async #reply(req: IncomingMessage, path: string): Promise<Answer> {
		const endpoint = endpointOf(req.method ?? '', path);
		if ('error' in endpoint) return endpoint;
		if (!this.#service.grants.isApiKey(req.headers['x-api-key'])) return refusals.badKey;
		if (!this.#rate.take()) return refusals.tooMany;
		return endpoint.answer(this.#service, () => readJson(req, maxMessageBytes(this.#service.engine.maxValueBytes)));
	}

	#allowOrigin({ headers: { origin } }: IncomingMessage, res: ServerResponse): void {
		const { corsOrigins } = this.#rules;
		if (corsOrigins.length === 0) return;
		res.setHeader('vary', 'origin');
		if (origin === undefined || !(corsOrigins.includes('*') || corsOrigins.includes(origin))) return;
		res.setHeader('access-control-allow-origin', origin);
		res.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
		res.setHeader('access-control-allow-headers', 'content-type, x-api-key');
		res.setHeader('access-control-max-age', '600');
	}
}

interface Endpoint {
	answer(service: Service, body: () => Promise<unknown>): Promise<Answer>;
}

const operation = (ask: (body: () => Promise<unknown>) => Operation | Promise<Operation>): Endpoint => ({
	answer: async (service, body) => service.ask(await ask(body), everyKey)
});

const nexus: Endpoint = { answer: () => Promise.resolve(refusals.noNexus) };

const endpoints: Record<string, Record<string, Endpoint>> = {
	'/record': {
		GET: { answer: () => Promise.resolve(refusals.keyInQuery) },
		POST: operation(async (body) => {
			const { key, value, partialUpdate } = parse(RecordBody, await body());
			return { op: partialUpdate ? 'patch' : 'set', key, value };
		})
	},
	'/record/atomic': {
		POST: operation(async (body) => {
			const { key, increment } = parse(AtomicBody, await body());
			return { op: 'increment', key, by: increment };
		})
	},
	'/token/websocket': {
		POST: {
			answer: async ({ grants }, body) => ({ code: 200, token: grants.mint(parse(TokenBody, await body())) })
		}
	},
	'/search': { POST: nexus },
	'/query': { POST: nexus },
	'/ws': { GET: { answer: () => Promise.resolve(refusals.upgradeRequired) } }
};

function endpointOf(method: string, path: string): Endpoint | Refusal {
	const [pathname, query] = splitOnce(path, '?');
	const atPath = endpoints[pathname];
	if (atPath?.[method]) return atPath[method];
	if (pathname === '/records') return method === 'GET' ? operation(() => rangeOf(query)) : refusals.wrongMethod;
	// All that follows is the key, slashes too. A GET of the key "atomic" is one like any other.
	if (pathname.startsWith('/record/') && (method === 'GET' || method === 'DELETE')) {
		return operation(() => ({
			op: method === 'GET' ? 'get' : 'delete',
			key: keyIn(pathname.slice('/record/'.length))
		}));
	}
	return atPath || pathname.startsWith('/record/') ? refusals.wrongMethod : refusals.noSuchPath;
}

/** A key in a path is encoded once, or, where nothing in it needs that, not at all. */
function keyIn(encoded: string): string {
	const key = decoded(encoded);
	if (key === undefined) throw new BadRequest('Key must be percent-encoded UTF-8');
	return parse(Key, key);
}

function rangeOf(query: string): Operation {
	const asked = new URLSearchParams(query);
	refuse(unsupportedParameter(asked));
	const limit = asked.get('limit');
	return {
		op: 'range',
		start: boundIn(asked, 'startKey'),
		end: boundIn(asked, 'endKey'),
		limit: parse(Limit, limit === null ? undefined : /^-?\d+$/.test(limit) ? Number(limit) : NaN)
	};
}

/** The official REST client encodes bounds twice, other clients once: a second layer is taken off where there is one. */
function boundIn(asked: URLSearchParams, name: string): string {
	const once = asked.get(name);
	if (once === null) throw new BadRequest(`${name} is missing`);
	return parse(Bound, decoded(once) ?? once);
}

function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	throw new BadRequest(firstFault(parsed.error));
}

function splitOnce(text: string, by: string): [string, string] {
	const at = text.indexOf(by);
	return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + by.length)];
}

/** The body as JSON. Too much of it is read to its end and dropped, so that the sender gets to hear what was wrong. */
async function readJson(req: IncomingMessage, maxBytes: number): Promise<unknown> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of req as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes <= maxBytes) chunks.push(chunk);
		else chunks.length = 0;
		if (bytes > MAX_DRAINED_BYTES) break;
	}
	if (bytes > maxBytes) throw new BadRequest(`Body must be at most ${maxBytes} bytes`);
	let body: unknown;
	try {
		body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
	} catch {
		throw new BadRequest(refusals.notJson.error);
	}
	refuse(unsupportedMember(body));
	return body;
}

function refuse(sentence: string | undefined): void {
	if (sentence !== undefined) throw new BadRequest(sentence);
}

/** Whole seconds after which a caller that asked too often may ask again: the bucket holds one second's worth. */
const RETRY_AFTER_SECONDS = '1';

/** The status carries the code; errors say the same twice, as HPKV's clients read either member. */
function send(res: ServerResponse, { code, ...reply }: Answer): void {
	if (res.destroyed) return;
	const body = JSON.stringify('error' in reply ? { ...reply, message: reply.error } : reply);
	const bytes = Buffer.byteLength(body);
	res.writeHead(code, {
		'content-type': 'application/json; charset=utf-8',
		'content-length': bytes,
		'cache-control': 'no-store',
		'x-content-type-options': 'nosniff',
		...(code === 429 && { 'retry-after': RETRY_AFTER_SECONDS }),
		// RFC 9110, 15.5.22.
		...(code === 426 && { upgrade: 'websocket', connection: 'upgrade' })
	});
	res.end(body);
}
