/**
 * The port to an HPKV endpoint over REST: hosted HPKV, or this store run alone. The API key is sent in a header only,
 * never to another host by a redirect, and is in no error text.
 */
import type { z } from 'zod';
import { HOSTED_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { holdersOf } from '../protocol/dropped.ts';
import { AtomicAnswer, ErrorAnswer, GotAnswer, RangeAnswer, TokenAnswer } from '../protocol/rest.ts';
import { wrongWithBound, wrongWithKey, wrongWithValue } from '../protocol/text.ts';
import { backoff } from './backoff.ts';
import { PacedQueue, TooManyRequests } from './paced-queue.ts';
import { StoreRefused, StoreUnavailable, type Hpkv, type WriteListener } from '../port.ts';

export interface HostedOptions {
	/** `https://api-eu-1.hpkv.io`; a path below the host and a slash at the end are both fine. */
	baseUrl: string;
	apiKey: string;
	/** Default 3,000: hosted HPKV seems to refuse more than 3,072. */
	maxValueBytes?: number;
	/** Milliseconds for one request. Default 10,000, as HPKV's own clients. */
	timeout?: number;
	/** Default: over the network. */
	send?: Send;
	/** Tries of an operation that is safe to repeat. Default 3. A refusal with 429 is no try: nothing has happened. */
	tries?: number;
	/** The queue of all requests to this endpoint. Default: one of its own. */
	queue?: PacedQueue;
	/** True: the endpoint is this store, which is told of a token's holders and drops them. Default false. */
	dropsHolders?: boolean;
}

/** The used part of `fetch`. */
export type Send = (
	url: string,
	request: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal }
) => Promise<{ status: number; headers?: { get(name: string): string | null }; text(): Promise<string> }>;

/** A redirect would take the key to another host. */
const overTheNetwork: Send = (url, request) => fetch(url, { ...request, redirect: 'error' });

interface Request {
	method: 'GET' | 'POST' | 'DELETE';
	path: string;
	body?: object;
	/** Whether repeating the request is harmless. */
	repeatable: boolean;
}

const RETRY = { first: 200, most: 2_000 };
const DEFAULT_TIMEOUT = 10_000;
const DEFAULT_TRIES = 3;

/** Hosted HPKV is not told of holders, and recalls no token. */
const NO_HOLDERS = {
	dropsHolders: false,
	generationOf: () => Promise.resolve(0),
	dropHolder: () => Promise.resolve()
};

export function hostedStore(options: HostedOptions): Hpkv {
	const {
		apiKey,
		maxValueBytes = HOSTED_MAX_VALUE_BYTES,
		timeout = DEFAULT_TIMEOUT,
		tries = DEFAULT_TRIES,
		send = overTheNetwork,
		queue = new PacedQueue(),
		dropsHolders = false
	} = options;
	const base = options.baseUrl.replace(/\/+$/, '');

	async function ask({ method, path, body, repeatable }: Request): Promise<unknown> {
		const most = repeatable ? tries : 1;
		for (let failures = 1; ; failures++) {
			try {
				return await queue.run(() => once(method, path, body));
			} catch (error) {
				if (!(error instanceof StoreUnavailable) || failures >= most) throw error;
				// The queue has waited already.
				if (error.retryAfterMs !== undefined) throw error;
				await new Promise((resume) => setTimeout(resume, backoff(failures, RETRY)));
			}
		}
	}

	async function once(method: string, path: string, body: object | undefined): Promise<unknown> {
		let status: number;
		let text: string;
		let retryAfter: string | null | undefined;
		try {
			const response = await send(base + path, {
				method,
				headers: { 'x-api-key': apiKey, ...(body && { 'content-type': 'application/json' }) },
				body: body && JSON.stringify(body),
				signal: AbortSignal.timeout(timeout)
			});
			status = response.status;
			retryAfter = response.headers?.get('retry-after');
			text = await response.text();
		} catch (error) {
			const late = error instanceof Error && error.name === 'TimeoutError';
			throw new StoreUnavailable(
				late ? `The store did not answer within ${timeout} ms` : 'The store cannot be reached'
			);
		}
		const answer = parsed(text);
		if (status >= 200 && status < 300 && answer !== undefined) return answer;
		if (status === 429) throw new TooManyRequests(retryAfterMs(retryAfter));
		const refusal = ErrorAnswer.safeParse(answer);
		const because = refusal.success ? refusal.data.error : `The store answered ${status}`;
		if (status >= 400 && status < 500 && status !== 408) throw new StoreRefused(status, because);
		throw new StoreUnavailable(because);
	}

	const fitting = (value: string) => {
		refuse(wrongWithValue(value, maxValueBytes));
		return value;
	};
	const listeners: WriteListener[] = [];
	const written = (key: string, value: string) => listeners.forEach((listener) => listener(key, value));
	const recordPath = (key: string) => `/record/${encodeURIComponent(addressable(key))}`;

	async function get(key: string): Promise<string | undefined> {
		const answer = await ask({ method: 'GET', path: recordPath(key), repeatable: true }).catch(absent);
		return answer === undefined ? undefined : read(GotAnswer, answer).value;
	}

	async function increment(key: string, by = 1): Promise<number> {
		if (!Number.isSafeInteger(by)) throw new StoreRefused(400, 'Increment must be a safe integer');
		const body = { key: sound(key), increment: by };
		const sum = read(AtomicAnswer, await ask({ method: 'POST', path: '/record/atomic', body, repeatable: false }));
		written(key, String(sum));
		return sum;
	}

	return {
		maxValueBytes,

		// Other processes write to the endpoint as well.
		hearsAllWrites: false,
		onWritten: (listener) => void listeners.push(listener),
		caughtUp: () => Promise.resolve(),
		onMissed: () => undefined,

		get,

		async set(key, value) {
			const body = { key: sound(key), value: fitting(value), partialUpdate: false };
			await ask({ method: 'POST', path: '/record', body, repeatable: true });
			written(key, value);
		},

		// An append repeated after a lost answer would be stored twice.
		async patch(key, value) {
			const body = { key: sound(key), value: fitting(value), partialUpdate: true };
			await ask({ method: 'POST', path: '/record', body, repeatable: false });
			written(key, value);
		},

		// Returns false if a lost answer was followed by a repeat: the first try has removed the key.
		async delete(key) {
			const answer = await ask({ method: 'DELETE', path: recordPath(key), repeatable: true }).catch(absent);
			return answer !== undefined;
		},

		async range(start, end, limit = 100) {
			if (!Number.isSafeInteger(limit) || limit < 1) throw new StoreRefused(400, 'Limit must be a positive integer');
			const query = `startKey=${encodedBound(start)}&endKey=${encodedBound(end)}&limit=${limit}`;
			return read(RangeAnswer, await ask({ method: 'GET', path: `/records?${query}`, repeatable: true }));
		},

		increment,

		async token({ subscribeKeys, subscribePatterns: patterns = [], accessPattern, holders }) {
			// Older endpoints read one field, newer ones the other. A key with pattern signs is left out of the
			// patterns.
			const exact = subscribeKeys.filter((key) => !key.includes('*') && !key.startsWith('^'));
			const subscribePatterns = [...exact, ...patterns];
			const body = { subscribeKeys, subscribePatterns, accessPattern, ...(dropsHolders && { holders }) };
			return read(TokenAnswer, await ask({ method: 'POST', path: '/token/websocket', body, repeatable: true })).token;
		},
		...(dropsHolders ? holdersOf({ get, increment }) : NO_HOLDERS)
	};
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3). A date is left out: clocks differ. */
function retryAfterMs(header: string | null | undefined): number | undefined {
	return header && /^\d{1,5}$/.test(header) ? Number(header) * 1_000 : undefined;
}

function absent(error: unknown): undefined {
	if (!(error instanceof StoreRefused && error.code === 404)) throw error;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** An answer of another shape than HPKV's makes the endpoint unavailable. */
function read<T>(schema: z.ZodType<T>, answer: unknown): T {
	const result = schema.safeParse(answer);
	if (result.success) return result.data;
	throw new StoreUnavailable('The store answered in a shape that is not HPKV');
}

function refuse(wrong: string | undefined): void {
	if (wrong !== undefined) throw new StoreRefused(400, wrong);
}

function sound(key: string): string {
	refuse(wrongWithKey(key));
	return key;
}

/** URLs drop the path segments `.` and `..`, encoded or not, before anything is sent. */
function addressable(key: string): string {
	refuse(key === '.' || key === '..' ? 'REST cannot address this key' : undefined);
	return sound(key);
}

/**
 * Hosted HPKV decodes bounds twice (its own client encodes twice); a strict endpoint decodes once. Encoding once suits
 * both, unless a second decoding would change the bound: then it is encoded twice.
 */
function encodedBound(bound: string): string {
	refuse(wrongWithBound(bound));
	const once = encodeURIComponent(bound);
	return survivesDecoding(bound) ? once : encodeURIComponent(once);
}

function survivesDecoding(text: string): boolean {
	try {
		return decodeURIComponent(text) === text;
	} catch {
		return true;
	}
}
