/**
 * The composer's form as a browser without a script posts it, with files. They are uploaded while they arrive, and the form goes
 * on to SvelteKit with their ids in place of their bytes. A refused file does not stop the others: its refusal goes along.
 */
import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { altField, DESCRIPTION_FIELD, FILE_FIELD, FORM_FILES, ORIGINAL_FIELD } from '../../chat/files/form-fields.ts';
import { MAX_FILES, MAX_FORM_BYTES } from '../../chat/limits.ts';
import type { FileRefusal } from '../../chat/text/file-texts.ts';
import type { Added } from './uploads.ts';

export const REFUSED_FIELD = 'refusedFile';

/** More are no form of ours. */
const MAX_FIELDS = 64;

export const isFormWithFiles = ({ method, headers }: IncomingMessage, address: URL): boolean =>
	method === 'POST' &&
	/^multipart\/form-data\b/i.test(headers['content-type'] ?? '') &&
	/^\/rooms\/[^/]+$/.test(address.pathname) &&
	address.searchParams.has('/send');

export type AddFile = (name: string, bytes: Readable, options: { original: boolean }) => Promise<Added>;

/** A form that is not read to its end: too large, or damaged. */
export class FormRefused extends Error {
	readonly status: 400 | 413;

	constructor(status: 400 | 413, cause?: unknown) {
		super(status === 413 ? 'The form is too large' : 'The form is damaged', { cause });
		this.status = status;
	}
}

/** @param most bytes of the whole body, and of one file */
interface Most {
	all: number;
	file: number;
}

/** Reads the whole form. @param add uploads one file, and reads its bytes to their end */
export async function takeFiles(req: IncomingMessage, add: AddFile, most: Most): Promise<URLSearchParams> {
	const fields = new URLSearchParams();
	const adding: Promise<Added & { name: string }>[] = [];
	const form = readerOf(req, most);
	let begun: Readable | undefined;
	let fieldBytes = 0;
	form.on('field', (name, value) => {
		fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
		if (fieldBytes > MAX_FORM_BYTES) form.emit('error', new FormRefused(413));
		else if (name !== REFUSED_FIELD) fields.append(name, value);
	});
	form.on('file', (field, bytes, given) => {
		begun = bytes;
		// An error that nobody hears ends the process.
		bytes.on('error', () => undefined);
		// An input in which nothing was chosen.
		if (field !== FORM_FILES || given === undefined || given === '') return void bytes.resume();
		const name = given;
		const count = fields.getAll(FILE_FIELD).length + adding.length;
		const added =
			count >= MAX_FILES ? refuse(bytes, 'too-many') : add(name, bytes, { original: fields.has(ORIGINAL_FIELD) });
		// Awaited below.
		added.catch(() => undefined);
		adding.push(added.then((each) => ({ ...each, name })));
	});
	try {
		await pass(req, form, most.all);
	} catch (error) {
		begun?.destroy(error instanceof Error ? error : undefined);
		await Promise.allSettled(adding);
		throw error;
	}
	const description = fields.get(DESCRIPTION_FIELD)?.trim() ?? '';
	for (const added of await Promise.all(adding)) {
		if (added.ok) {
			fields.append(FILE_FIELD, added.file.id);
			if (description) fields.set(altField(added.file.id), description);
		} else fields.append(REFUSED_FIELD, `${added.because}:${added.name}`);
	}
	return fields;
}

function readerOf(req: IncomingMessage, most: Most): InstanceType<typeof Busboy> {
	try {
		return new Busboy({
			headers: req.headers as BusboyHeaders,
			// A browser writes names in the encoding of the page.
			defParamCharset: 'utf8',
			limits: {
				fieldSize: MAX_FORM_BYTES + 1,
				fields: MAX_FIELDS,
				parts: MAX_FIELDS + 4 * MAX_FILES,
				// One byte more says that it is too large.
				fileSize: most.file + 1
			}
		} as ConstructorParameters<typeof Busboy>[0]);
	} catch (error) {
		throw new FormRefused(400, error);
	}
}

/** As `pipeline`, which would end the connection with the form, before its refusal is sent. */
function pass(req: IncomingMessage, form: InstanceType<typeof Busboy>, most: number): Promise<void> {
	let bytes = 0;
	return new Promise((done, failed) => {
		const resume = () => void req.resume();
		const end = () => void form.end();
		const stop = () => {
			req.off('data', take).off('end', end).off('close', cut).pause();
			form.off('drain', resume);
		};
		const fail = (error: Error) => {
			stop();
			failed(error);
		};
		const cut = () => {
			if (!req.complete) fail(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
		};
		const take = (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes > most) fail(new FormRefused(413));
			else if (!form.write(chunk)) req.pause();
		};
		// Stays: a form may fail again.
		form.on('error', (error: unknown) => fail(error instanceof FormRefused ? error : new FormRefused(400, error)));
		form.once('finish', () => {
			stop();
			done();
		});
		form.on('drain', resume);
		req.on('error', fail);
		req.on('close', cut);
		req.on('end', end);
		req.on('data', take);
		if (req.destroyed) cut();
	});
}

function refuse(bytes: Readable, because: FileRefusal): Promise<Added> {
	bytes.resume();
	return Promise.resolve({ ok: false, because });
}

/** The same request with these fields as its whole body. */
export function formOf(req: IncomingMessage, fields: URLSearchParams): IncomingMessage {
	const body = Buffer.from(fields.toString());
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
		'content-type': 'application/x-www-form-urlencoded',
		'content-length': String(body.length)
	};
	form.push(body);
	form.push(null);
	return form;
}
