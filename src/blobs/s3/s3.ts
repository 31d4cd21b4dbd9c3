/** Blobs in a bucket of S3 or of a server with its protocol, by path-style addresses. Large ones are sent in parts. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { assertBlobKey, BlobsUnavailable, exactly, isBlobKey, type Blobs, type StoredBlob } from '../port.ts';
import { sign } from './signature.ts';

export interface S3Place {
	endpoint: string;
	bucket: string;
	key: string;
	secret: string;
}

/** The least that S3 takes as a part; each is held in memory until it is stored. */
const PART_BYTES = 5 * 1_024 * 1_024;
/** Parts held in memory at once, of all blobs. */
const PARTS_AT_ONCE = 4;
const TRIES = 4;
const FIRST_PAUSE_MS = 200;
/** For a part over a slow line; a download has no such bound. */
const TIMEOUT_MS = 60_000;

const EMPTY = new Uint8Array();

interface Asked {
	query?: Record<string, string>;
	headers?: Record<string, string>;
	body?: Uint8Array;
	/** Answers that are no failure, beside those below 300. */
	also?: number[];
}

export function s3Blobs({ endpoint, bucket, key: accessKey, secret }: S3Place): Blobs {
	const signing = { key: accessKey, secret, region: regionOf(endpoint) };
	const slots = semaphore(PARTS_AT_ONCE);

	async function ask(method: string, key: string, { query = {}, headers = {}, body = EMPTY, also = [] }: Asked = {}) {
		const url = new URL(`${endpoint}/${bucket}${key === '' ? '' : `/${key}`}`);
		for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
		let reason: unknown;
		for (let tried = 0; tried < TRIES; tried++) {
			if (tried > 0) await new Promise((over) => setTimeout(over, FIRST_PAUSE_MS * 2 ** tried));
			const late = new AbortController();
			const timer = setTimeout(() => late.abort(new Error('No answer in time')), TIMEOUT_MS);
			try {
				const answer = await fetch(url, {
					method,
					headers: sign({ method, url, headers, body, now: new Date() }, signing),
					body: method === 'GET' || method === 'DELETE' ? undefined : (body as Uint8Array<ArrayBuffer>),
					redirect: 'error',
					signal: late.signal
				});
				if (answer.ok || also.includes(answer.status)) return answer;
				reason = new Error(`${method} answered ${answer.status} ${(await answer.text()).slice(0, 300)}`);
				// Another try has the same answer.
				if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) break;
			} catch (error) {
				reason = error;
			} finally {
				clearTimeout(timer);
			}
		}
		const said = reason instanceof Error ? reason.message : String(reason);
		throw new BlobsUnavailable(`The bucket ${bucket} at ${endpoint} cannot be used: ${said}`, { cause: reason });
	}

	async function putParts(key: string, bytes: AsyncIterable<Uint8Array>, size: number): Promise<void> {
		const begun = await (await ask('POST', key, { query: { uploads: '' } })).text();
		const uploadId = textIn(begun, 'UploadId');
		try {
			const etags: string[] = [];
			for await (const body of parts(exactly(bytes, size), slots)) {
				const query = { partNumber: String(etags.length + 1), uploadId };
				const answer = await ask('PUT', key, { query, body });
				etags.push(answer.headers.get('etag') ?? '');
				await answer.arrayBuffer();
			}
			const listed = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
			const body = Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`);
			const done = await (await ask('POST', key, { query: { uploadId }, body })).text();
			// S3 may answer 200 with an error.
			if (done.includes('<Error>'))
				throw new BlobsUnavailable(`The bucket ${bucket} refused the parts: ${done.slice(0, 300)}`);
		} catch (error) {
			await ask('DELETE', key, { query: { uploadId }, also: [404] }).catch(() => undefined);
			throw error;
		}
	}

	return {
		isShared: true,

		async put(key, bytes, size) {
			assertBlobKey(key);
			if (size > PART_BYTES) return putParts(key, bytes, size);
			for await (const body of parts(exactly(bytes, size), slots))
				await (await ask('PUT', key, { body })).arrayBuffer();
		},

		async get(key, range) {
			assertBlobKey(key);
			const headers: Record<string, string> = range ? { range: `bytes=${range.first}-${range.last}` } : {};
			const answer = await ask('GET', key, { headers, also: [404] });
			if (answer.status === 404 || !answer.body) {
				await answer.body?.cancel();
				return undefined;
			}
			return Readable.fromWeb(answer.body as ReadableStream);
		},

		async delete(key) {
			assertBlobKey(key);
			await (await ask('DELETE', key, { also: [404] })).arrayBuffer();
		},

		async *list() {
			for (let token: string | undefined = ''; token !== undefined;) {
				const query: Record<string, string> = {
					'list-type': '2',
					...(token !== '' && { 'continuation-token': token })
				};
				const page = await (await ask('GET', '', { query })).text();
				yield* blobsIn(page);
				token = page.includes('<IsTruncated>true') ? textIn(page, 'NextContinuationToken') : undefined;
			}
		}
	};
}

function* blobsIn(page: string): Generator<StoredBlob> {
	for (const [, entry = ''] of page.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
		const key = textIn(entry, 'Key');
		if (!isBlobKey(key)) continue;
		yield { key, size: Number(textIn(entry, 'Size')), modifiedAt: Date.parse(textIn(entry, 'LastModified')) };
	}
}

/** Of one of S3's answers, whose values here need no more than the five entities. */
function textIn(xml: string, name: string): string {
	const [, text = ''] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
	const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
	return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity] ?? '');
}

/** Amazon's own addresses name their region, and other servers take any. */
const regionOf = (endpoint: string) => /\bs3[.-]([a-z]{2}-[a-z-]+-\d)\./.exec(endpoint)?.[1] ?? 'us-east-1';

/** At least one part, of PART_BYTES each but the last. Each holds a slot until the next is asked for. */
async function* parts(bytes: AsyncIterable<Uint8Array>, slots: Semaphore): AsyncGenerator<Uint8Array> {
	let release = await slots();
	try {
		let held: Uint8Array[] = [];
		let length = 0;
		for await (const chunk of bytes) {
			let rest = chunk;
			while (length + rest.length >= PART_BYTES) {
				const cut = PART_BYTES - length;
				yield Buffer.concat([...held, rest.subarray(0, cut)]);
				rest = rest.subarray(cut);
				[held, length] = [[], 0];
				// Others may have their turn between two parts.
				release();
				release = await slots();
			}
			// A copy: the chunk may be overwritten.
			if (rest.length > 0) held.push(Buffer.from(rest));
			length += rest.length;
		}
		if (length > 0) yield Buffer.concat(held);
	} finally {
		release();
	}
}

type Semaphore = () => Promise<() => void>;

function semaphore(most: number): Semaphore {
	const waiting: (() => void)[] = [];
	let free = most;
	return async () => {
		if (free > 0) free -= 1;
		else await new Promise<void>((go) => waiting.push(go));
		return () => {
			const next = waiting.shift();
			if (next) next();
			else free += 1;
		};
	};
}
