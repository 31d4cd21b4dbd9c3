import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { BlobsUnavailable } from '../../../blobs/port.ts';
import { unlessStoreAway } from '../runtime/store-away.ts';
import { SHARE_PATH } from '../../chat/composer/share.ts';
import { MAX_DRAINED_BYTES, MAX_FILES, MAX_FORM_BYTES } from '../../chat/limits.ts';
import {
	FORM_DAMAGED,
	FORM_TOO_LARGE,
	STILL_SHARED,
	STILL_TYPED,
	tooManyRequests
} from '../../chat/text/error-texts.ts';
import { plainPage } from '../admission/plain-page.ts';
import { filesOfForm, FormRefused, formOf, takeFiles, type AddFile } from './form-with-files.ts';
import { allowLongTime, allowShortTime } from './patience.ts';
import { isUploadAddress, UploadRequests, type UploadRequestsOptions } from './upload-requests.ts';
import type { Added } from './uploads.ts';

/** Whether the request brings files. */
export function isUpload(req: IncomingMessage): boolean {
	const address = new URL(req.url ?? '/', 'http://localhost');
	return isUploadAddress(address.pathname) || filesOfForm(req, address) > 0;
}

/** What of files is answered in front of SvelteKit, as `bridge.upload`. */
export function filesInFront(options: UploadRequestsOptions) {
	const requests = new UploadRequests(options);
	const forms = formsInFront(options);
	return (req: IncomingMessage, res: ServerResponse, own: URL, answer: RequestListener): boolean => {
		const address = new URL(req.url ?? '/', own);
		const files = filesOfForm(req, address);
		if (files > 0 || isUploadAddress(address.pathname)) allowShortTime(req);
		if (isUploadAddress(address.pathname)) void requests.answer(req, res, address);
		else if (files > 0) void forms(req, res, { address, files }, answer);
		else return false;
		return true;
	};
}

/** The form goes on whatever becomes of its files: its refusal shows the text again, and the files that were taken. */
function formsInFront({ uploads, throttle, visitorOf, addressOf, failed }: UploadRequestsOptions) {
	const refuse: AddFile = () => Promise.resolve({ ok: false, because: 'gone' });
	const CUT: Added = { ok: false, because: 'cut' };
	const addOf =
		(person: string): AddFile =>
		(name, bytes, { original }) =>
			unlessStoreAway(
				() => uploads.add(person, { name, original }, bytes),
				() => CUT
			).catch((error: unknown) => {
				if (!(error instanceof BlobsUnavailable)) throw error;
				failed(error);
				return CUT;
			});
	return async (
		req: IncomingMessage,
		res: ServerResponse,
		{ address, files }: { address: URL; files: number },
		answer: RequestListener
	): Promise<void> => {
		const isShared = address.pathname === SHARE_PATH;
		// Forms of one file are those of an avatar and of the logo. Their page, and that of a share, says what became of a file of
		// any length, so the body is read as far as it goes.
		const isPartEnough = isShared || files === 1;
		const kept = isShared ? STILL_SHARED : STILL_TYPED;
		const wait = throttle.request(addressOf(req));
		if (wait > 0)
			return refuseForm(res, {
				status: 429,
				sentence: tooManyRequests(wait),
				kept,
				headers: { 'retry-after': String(wait) }
			});
		try {
			// SvelteKit asks for the session again, and answers where there is none.
			const session = await unlessStoreAway(
				() => visitorOf(req, address).session(),
				() => undefined
			);
			if (session) allowLongTime(req);
			const { most } = uploads.limits.sizes;
			// Without a session: a form without files, or for these pages as much as is read of any refused body. With one: as much
			// as a message's form may bring, since a browser whose body is cut off shows an error of its own and no answer.
			const bytes = Math.max(session ? MAX_FILES * most : 0, isPartEnough ? MAX_DRAINED_BYTES : 0);
			const isSlow = session && throttle.upload(session.person) > 0;
			const add = session && !isSlow ? addOf(session.person) : refuse;
			const { fields, isWhole } = await takeFiles(req, add, {
				most: MAX_FORM_BYTES + bytes,
				files,
				isPartEnough
			});
			if (!isWhole) res.setHeader('connection', 'close');
			answer(formOf(req, fields), res);
		} catch (error) {
			if (req.destroyed && !req.complete) return;
			if (error instanceof FormRefused) {
				const sentence = error.status === 413 ? FORM_TOO_LARGE : FORM_DAMAGED;
				return refuseForm(res, { status: error.status, sentence, kept });
			}
			failed(error);
			req.resume();
			// Without a form, SvelteKit says that something is wrong with it.
			if (!res.headersSent) answer(formOf(req, new URLSearchParams()), res);
		}
	};
}

/** The rest of the form is not read: the connection ends. @param kept where the text still is, in a sentence */
function refuseForm(
	res: ServerResponse,
	{
		status,
		sentence,
		kept,
		headers = {}
	}: { status: number; sentence: string; kept: string; headers?: Record<string, string> }
): void {
	if (res.headersSent || res.destroyed) return;
	res.writeHead(status, {
		...headers,
		...{ connection: 'close', 'cache-control': 'private, no-store', 'content-type': 'text/html; charset=utf-8' }
	});
	res.end(plainPage({ title: 'Not sent', body: `<p>${sentence}</p>\n\t\t<p>${kept}</p>` }));
}
