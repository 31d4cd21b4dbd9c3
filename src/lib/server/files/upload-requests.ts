/**
 * The upload API, on the request itself in front of SvelteKit, which would hold a whole body in memory. Of a signed-in person,
 * from Parley's own pages. All answers are JSON, `Cache-Control: no-store`.
 *
 *   POST /files             {"name": "soup.jpg", "size": 12345, "original": false}, Content-Type: application/json
 *                           201 {"upload": Progress}. `original`: metadata (EXIF, GPS …) is kept; by default it is removed.
 *   PATCH /files/{id}       the bytes from `Upload-Offset: 0` on, any Content-Type; the whole rest, or a part of it
 *                           200 {"upload": Progress}; with the last byte `upload.file` is there, and the file can be sent.
 *                           409 {"error", "because": "offset", "offset": 4096}: go on there. Also after a lost connection:
 *                           what has arrived is kept. Repeating the last request, with no bytes, is harmless.
 *   GET /files/{id}         200 {"upload": Progress}: how far it has come. HEAD: `Upload-Offset` and `Upload-Length` alone.
 *   DELETE /files/{id}      204: cancels an upload that is not whole. A whole one that is in no message goes after a day.
 *
 *   Progress = {"id", "name", "size", "offset", "file"?: UploadedFile}     name: as it will be shown (cleaned)
 *   UploadedFile = {"id", "name", "type", "size", "w"?, "h"?}              size: without the metadata. w, h: as shown (turned)
 *   A refusal = {"error": sentence, "because": FileRefusal | "offset" | "sign-in" | "damaged" | "too-fast" | "away", "retryAfter"?: seconds}
 *   400 damaged · 401 sign-in · 403 off · 404 gone · 409 offset · 413 too-large · 415 · 422 empty, damaged-picture · 429 too-fast, at-once (with
 *   Retry-After), too-much-today · 507 full, disk · away while the store is. 404 for another person's upload.
 *
 * Sending: the form `send` of a room (`?/send`) has a field `file` for each id, in their order, and a field `alt-{id}` for a
 * description. The send's refusal returns `send.files` (UploadedFile with `alt`); of a file that is gone or in another message,
 * `send.files` lacks it. A message has `files`: AttachedFile of lib/chat/files/file.ts. At most UPLOADS_AT_ONCE requests of a
 * person send bytes at once, and a message has at most MAX_FILES files. `0` for UPLOAD_MAX: `data.uploadMax` of a room is 0 and
 * there is no button; else it is the most bytes of one file.
 *
 * A file's address: `/rooms/{room}/files/{n}/{id}/{name}`, `filePath` of lib/chat/files/file.ts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { PERSON_HEADER } from '../../chat/files/form-fields.ts';
import { MAX_DRAINED_BYTES, MAX_UPLOAD_REQUEST_BYTES } from '../../chat/limits.ts';
import type { SignedIn } from '../../chat/people/person.ts';
import { FORM_DAMAGED, SIGN_IN_FIRST, tooFast, tooManyRequests } from '../../chat/text/error-texts.ts';
import { fileRefusal, type FileRefusal } from '../../chat/text/file-texts.ts';
import type { Buckets } from '../runtime/buckets.ts';
import { AWAY, retryAfterSeconds, unlessStoreAway } from '../runtime/store-away.ts';
import type { Visitor } from '../people/visitor.ts';
import { allowLongTime } from './patience.ts';
import { requestBytes } from './receiving/request-bytes.ts';
import type { Appended, Progress, Uploads } from './uploads.ts';

export interface UploadRequestsOptions {
	uploads: Uploads;
	throttle: Buckets;
	/** The visitor of a request that SvelteKit does not see. */
	visitorOf: (req: IncomingMessage, url: URL) => Visitor;
	addressOf: (req: IncomingMessage) => string;
	failed: (error: unknown) => void;
}

interface Answer {
	status: number;
	body?: object;
	headers?: Record<string, string>;
}

const Wish = z.object({ name: z.string(), size: z.int().nonnegative(), original: z.boolean().optional() });

const STATUS: Record<FileRefusal, number> = {
	off: 403,
	empty: 422,
	'too-large': 413,
	'too-many': 422,
	'too-much-today': 429,
	full: 507,
	disk: 507,
	'at-once': 429,
	cut: 400,
	gone: 404,
	used: 409,
	'damaged-picture': 422
};
/** Seconds. */
const AT_ONCE_WAIT = 5;

const ADDRESS = /^\/files(?:\/([a-z0-9]{1,40}))?$/;

export const isUploadAddress = (path: string) => ADDRESS.test(path);

export class UploadRequests {
	readonly #options: UploadRequestsOptions;

	constructor(options: UploadRequestsOptions) {
		this.#options = options;
	}

	/** @param own the request's address. It came from no other site: host/requests.ts has checked that */
	async answer(req: IncomingMessage, res: ServerResponse, own: URL): Promise<void> {
		const answer = await unlessStoreAway(
			() => this.#answer(req, own),
			(reason): Answer => {
				const retryAfter = retryAfterSeconds(reason);
				return refusal(AWAY.status, 'away', AWAY.error, retryAfter);
			}
		).catch((error: unknown) => {
			// A client that hangs up: what has arrived is kept.
			if (req.destroyed && !req.complete) return undefined;
			this.#options.failed(error);
			return refusal(AWAY.status, 'away', AWAY.error);
		});
		if (answer) send(req, res, answer);
	}

	async #answer(req: IncomingMessage, own: URL): Promise<Answer> {
		const { uploads, throttle, visitorOf, addressOf } = this.#options;
		const site = req.headers['sec-fetch-site'];
		if (site !== undefined && site !== 'same-origin') return refusal(403, 'damaged', FORM_DAMAGED);
		const wait = throttle.request(addressOf(req));
		if (wait > 0) return refusal(429, 'too-fast', tooManyRequests(wait), wait);
		const session = await visitorOf(req, own).session();
		const person = req.headers[PERSON_HEADER];
		if (!session || (person !== undefined && person !== session.person)) return refusal(401, 'sign-in', SIGN_IN_FIRST);
		allowLongTime(req);
		const seconds = throttle.upload(session.person);
		if (seconds > 0) return refusal(429, 'too-fast', tooFast(seconds), seconds);
		const [, id] = ADDRESS.exec(own.pathname) ?? [];
		if (id === undefined) return req.method === 'POST' ? this.#begin(req, session) : notAllowed('POST');
		switch (req.method) {
			case 'GET':
			case 'HEAD':
				return this.#progress(await uploads.progress(session.person, id));
			case 'PATCH':
			case 'PUT':
				return this.#append(req, session, id);
			case 'DELETE':
				await uploads.remove(session.person, id);
				return { status: 204 };
			default:
				return notAllowed('GET, HEAD, PATCH, DELETE');
		}
	}

	async #begin(req: IncomingMessage, { person }: SignedIn): Promise<Answer> {
		const { uploads } = this.#options;
		// A type that a page of another site cannot send without asking first.
		if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '')) return refusal(415, 'damaged', FORM_DAMAGED);
		const wish = Wish.safeParse(await readJson(req)).data;
		if (!wish) return refusal(400, 'damaged', FORM_DAMAGED);
		const begun = await uploads.begin(person, wish);
		if (!begun.ok) return this.#refusal(begun.because, wish.name);
		const { progress } = begun;
		return { status: 201, body: { upload: progress }, headers: { location: `/files/${progress.id}` } };
	}

	async #append(req: IncomingMessage, { person }: SignedIn, id: string): Promise<Answer> {
		const offset = String(req.headers['upload-offset'] ?? '0');
		if (!/^\d{1,15}$/.test(offset)) return refusal(400, 'damaged', FORM_DAMAGED);
		const bytes = Object.assign(requestBytes(req), { destroy: () => req.destroy() });
		return this.#appended(await this.#options.uploads.append(person, id, Number(offset), bytes));
	}

	#appended(appended: Appended): Answer {
		if (appended.ok) return this.#progress(appended.progress);
		if (appended.because !== 'offset') return this.#refusal(appended.because);
		const { offset } = appended;
		const body = { error: 'The upload goes on at another place.', because: 'offset', offset };
		return { status: 409, body, headers: { 'upload-offset': String(offset) } };
	}

	#progress(progress: Progress | undefined): Answer {
		if (!progress) return this.#refusal('gone');
		const headers = { 'upload-offset': String(progress.offset), 'upload-length': String(progress.size) };
		return { status: 200, body: { upload: progress }, headers };
	}

	#refusal(because: FileRefusal, name?: string): Answer {
		const sentence = fileRefusal(because, { most: this.#options.uploads.limits.sizes.most, name });
		return refusal(STATUS[because], because, sentence, because === 'at-once' ? AT_ONCE_WAIT : undefined);
	}
}

const notAllowed = (allow: string): Answer => ({ ...refusal(405, 'damaged', FORM_DAMAGED), headers: { allow } });

function refusal(status: number, because: string, error: string, retryAfter?: number): Answer {
	const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
	return { status, body: { error, because, ...(retryAfter !== undefined && { retryAfter }) }, headers };
}

function send(req: IncomingMessage, res: ServerResponse, { status, body, headers = {} }: Answer): void {
	if (res.destroyed) return;
	// The rest of a refused body is discarded, so that its sender reads the answer; a long one ends with the connection.
	if (!req.complete) {
		if (Number(req.headers['content-length'] ?? Infinity) > MAX_DRAINED_BYTES) res.setHeader('connection', 'close');
		req.resume();
	}
	const text = body && JSON.stringify(body);
	res.writeHead(status, {
		...headers,
		'cache-control': 'no-store',
		...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
	});
	res.end(req.method === 'HEAD' ? undefined : text);
}

async function readJson(req: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of req as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > MAX_UPLOAD_REQUEST_BYTES) return undefined;
		chunks.push(chunk);
	}
	try {
		return JSON.parse(Buffer.concat(chunks).toString());
	} catch {
		return undefined;
	}
}
