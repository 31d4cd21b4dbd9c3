/**
 * A form with files, as a browser posts it: the composer's without a script, those of an avatar and the logo, and what is shared
 * with the installed app. Files are uploaded while they arrive, and the form goes on to SvelteKit with their ids in place of their
 * bytes. A refused file does not stop the others: its refusal goes along.
 */
import { IncomingMessage } from 'node:http';
import { altField, DESCRIPTION_FIELD, FILE_FIELD, FORM_FILES, ORIGINAL_FIELD } from '../../chat/files/form-fields.ts';
import { MAX_FILES, MAX_FORM_BYTES } from '../../chat/limits.ts';
import { HandOver } from './receiving/hand-over.ts';
import { boundaryOf, MultipartDamaged, readMultipart, type PartHead, type PartTaker } from './receiving/multipart.ts';
import { requestBytes } from './receiving/request-bytes.ts';
import { randomId } from '../storage/ids.ts';
import type { Added } from './uploads.ts';

export const REFUSED_FIELD = 'refusedFile';

/** Fields and files: more are no form of ours. */
const MAX_PARTS = 64 + 4 * MAX_FILES;

/** Forms that bring files: their page, their action, and how many files. */
const FORMS: readonly (readonly [page: RegExp, action: string, files: number])[] = [
	[/^\/rooms\/[^/]+$/, '/send', MAX_FILES],
	[/^\/share$/, '/receive', MAX_FILES],
	[/^\/you$/, '/avatar', 1],
	[/^\/operator\/place$/, '/logo', 1]
];

/** How many files the request may bring; 0 where it is no such form. */
export const filesOfForm = ({ method, headers }: IncomingMessage, { pathname, searchParams }: URL): number =>
	method === 'POST' && /^multipart\/form-data\b/i.test(headers['content-type'] ?? '')
		? (FORMS.find(([page, action]) => page.test(pathname) && searchParams.has(action))?.[2] ?? 0)
		: 0;

export type AddFile = (
	name: string,
	bytes: AsyncIterable<Uint8Array>,
	options: { original: boolean }
) => Promise<Added>;

/** A form that is not read to its end: too large, or damaged. */
export class FormRefused extends Error {
	readonly status: 400 | 413;

	constructor(status: 400 | 413, cause?: unknown) {
		super(status === 413 ? 'The form is too large' : 'The form is damaged', { cause });
		this.status = status;
	}
}

interface Bounds {
	/** Bytes of the whole body. */
	most: number;
	/** Files that the form may bring. */
	files: number;
	/** Whether a body that is too long is read as far as it goes, and not refused. */
	isPartEnough: boolean;
}

/** Reads the whole form. @param add uploads one file. @returns `isWhole`: false where the rest of the body was not read */
export async function takeFiles(
	req: IncomingMessage,
	add: AddFile,
	{ most, files, isPartEnough }: Bounds
): Promise<{ fields: URLSearchParams; isWhole: boolean }> {
	const boundary = boundaryOf(req.headers['content-type'] ?? '');
	if (boundary === undefined) throw new FormRefused(400);
	const fields = new URLSearchParams();
	const adding: Promise<Added & { name: string }>[] = [];
	const tooLong = new FormRefused(413);
	let isWhole = true;
	let handedOver: HandOver | undefined;
	let count = 0;
	let fieldBytes = 0;
	const takeBytes = (bytes: number) => {
		fieldBytes += bytes;
		if (fieldBytes > MAX_FORM_BYTES) throw new FormRefused(413);
	};

	const begin = ({ name, filename }: PartHead): PartTaker => {
		if (++count > MAX_PARTS) throw tooLong;
		takeBytes(Buffer.byteLength(name));
		if (filename === undefined) return fieldTaker(name);
		// An input in which nothing was chosen.
		if (name !== FORM_FILES || filename === '') return NOBODY;
		return fileTaker(filename);
	};
	const fieldTaker = (name: string): PartTaker => {
		const chunks: Buffer[] = [];
		return {
			take: (chunk) => {
				takeBytes(chunk.length);
				chunks.push(Buffer.from(chunk));
			},
			end: () => {
				if (name !== REFUSED_FIELD) fields.append(name, Buffer.concat(chunks).toString());
			}
		};
	};
	const fileTaker = (name: string): PartTaker => {
		if (fields.getAll(FILE_FIELD).length + adding.length >= files) {
			adding.push(Promise.resolve({ ok: false, because: 'too-many', name }));
			return NOBODY;
		}
		const bytes = (handedOver = new HandOver());
		const added = add(name, bytes, { original: fields.has(ORIGINAL_FIELD) }).finally(() => bytes.close());
		// Awaited below.
		added.catch(() => undefined);
		adding.push(
			added.then(
				(each) => ({ ...each, name }),
				(error: unknown) => {
					if (error !== tooLong) throw error;
					return { ok: false, because: 'too-large', name };
				}
			)
		);
		return { take: (chunk) => bytes.give(chunk), end: () => bytes.end() };
	};

	try {
		await readMultipart(atMost(requestBytes(req), most, tooLong), boundary, begin);
	} catch (error) {
		handedOver?.fail(error);
		await Promise.allSettled(adding);
		isWhole = false;
		if (error !== tooLong || !isPartEnough)
			throw error instanceof MultipartDamaged ? new FormRefused(400, error) : error;
	}
	const description = fields.get(DESCRIPTION_FIELD)?.trim() ?? '';
	for (const added of await Promise.all(adding)) {
		if (added.ok) {
			fields.append(FILE_FIELD, added.file.id);
			if (description) fields.set(altField(added.file.id), description);
		} else fields.append(REFUSED_FIELD, `${added.because}:${added.name}`);
	}
	return { fields, isWhole };
}

const NOBODY: PartTaker = { take: () => undefined, end: () => undefined };

async function* atMost(bytes: AsyncIterable<Buffer>, most: number, tooLong: FormRefused): AsyncGenerator<Buffer> {
	let passed = 0;
	for await (const chunk of bytes) {
		passed += chunk.length;
		if (passed > most) throw tooLong;
		yield chunk;
	}
}

/** The same request with these fields as its whole body. */
export function formOf(req: IncomingMessage, fields: URLSearchParams): IncomingMessage {
	const { type, body } = encoded(fields);
	const form = new IncomingMessage(req.socket);
	const { 'transfer-encoding': _, ...headers } = req.headers;
	Object.assign(form, {
		method: req.method,
		url: req.url,
		httpVersion: req.httpVersion,
		httpVersionMajor: req.httpVersionMajor,
		httpVersionMinor: req.httpVersionMinor,
		complete: true
	});
	form.headers = {
		...headers,
		'content-type': type,
		'content-length': String(body.length)
	};
	form.push(body);
	form.push(null);
	return form;
}

/**
 * As a browser encodes a form, unless that is longer than SvelteKit takes: in percents each byte of a Chinese text takes
 * three. Then as multipart.
 */
function encoded(fields: URLSearchParams): { type: string; body: Buffer } {
	const short = Buffer.from(fields.toString());
	if (short.length <= MAX_FORM_BYTES) return { type: 'application/x-www-form-urlencoded', body: short };
	const boundary = randomId();
	const parts = [...fields].map(
		([name, value]) =>
			`--${boundary}\r\nContent-Disposition: form-data; name="${encodeURIComponent(name)}"\r\n\r\n${value}\r\n`
	);
	return {
		type: `multipart/form-data; boundary=${boundary}`,
		body: Buffer.from(`${parts.join('')}--${boundary}--\r\n`)
	};
}
