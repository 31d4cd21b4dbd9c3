/** The requests of the upload API, lib/server/files/upload-requests.ts. No promise rejects. */
import { PERSON_HEADER } from '../../chat/files/form-fields.ts';
import type { UploadedFile } from '../../chat/files/file.ts';
import { UPLOAD_STALL_MS } from '../../chat/limits.ts';
import type { UploadRefusal } from '../../chat/text/file-texts.ts';
import { NO_CONNECTION } from '../api/client.ts';

export interface Progress {
	id: string;
	offset: number;
	/** Once all bytes are there. */
	file?: UploadedFile;
}

export type UploadAnswer =
	| { kind: 'progress'; progress: Progress }
	| { kind: 'refused'; because: UploadRefusal; sentence: string }
	/** No answer, or none yet: the same is asked again, after `seconds` if the server gives them. */
	| { kind: 'wait'; sentence: string; seconds?: number };

export interface UploadClient {
	begin(file: { name: string; size: number; original: boolean }): Promise<UploadAnswer>;
	/** How far an upload has come. */
	progress(id: string): Promise<UploadAnswer>;
	/** Sends the bytes from `offset` on. @param onsent called with how many are sent */
	append(
		id: string,
		offset: number,
		bytes: Blob,
		options: { onsent: (bytes: number) => void; signal: AbortSignal }
	): Promise<UploadAnswer>;
	/** Forgets an upload that is not whole. */
	cancel(id: string): Promise<void>;
}

const NO_ANSWER: UploadAnswer = { kind: 'wait', sentence: NO_CONNECTION };
/** After which a request counts as lost. A request with bytes has UPLOAD_STALL_MS. */
const ANSWER_MS = 20_000;

export function answerOf(text: string): UploadAnswer {
	let body: { upload?: Progress; error?: string; because?: string; retryAfter?: number };
	try {
		body = JSON.parse(text) as typeof body;
	} catch {
		return NO_ANSWER;
	}
	const { upload, error: sentence = '', because = '', retryAfter } = body;
	if (upload) return { kind: 'progress', progress: upload };
	if (['too-fast', 'at-once', 'away'].includes(because)) return { kind: 'wait', sentence, seconds: retryAfter };
	if (because === 'offset') return { kind: 'wait', sentence: '', seconds: 0 };
	// A proxy's page, or an error that nobody has foreseen.
	if (!because) return NO_ANSWER;
	return { kind: 'refused', because: because as UploadRefusal, sentence };
}

async function ask(address: string, init?: RequestInit): Promise<UploadAnswer> {
	try {
		const response = await fetch(address, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
		return answerOf(await response.text());
	} catch {
		return NO_ANSWER;
	}
}

export const uploadClientOf = (person: string): UploadClient => ({
	begin: ({ name, size, original }) =>
		ask('/files', {
			method: 'POST',
			headers: { 'content-type': 'application/json', [PERSON_HEADER]: person },
			body: JSON.stringify({ name, size, original })
		}),
	progress: (id) => ask(`/files/${id}`, { cache: 'no-store', headers: { [PERSON_HEADER]: person } }),
	// `fetch` reports no progress of a body.
	append: (id, offset, bytes, { onsent, signal }) =>
		new Promise((resolve) => {
			const request = new XMLHttpRequest();
			let stalled: ReturnType<typeof setTimeout>;
			const stop = () => request.abort();
			const wait = () => {
				clearTimeout(stalled);
				stalled = setTimeout(stop, UPLOAD_STALL_MS);
			};
			request.open('PATCH', `/files/${id}`);
			request.setRequestHeader(PERSON_HEADER, person);
			request.setRequestHeader('upload-offset', String(offset));
			request.setRequestHeader('content-type', 'application/octet-stream');
			request.upload.onprogress = ({ loaded }) => {
				wait();
				onsent(loaded);
			};
			request.onloadend = () => {
				clearTimeout(stalled);
				signal.removeEventListener('abort', stop);
				resolve(answerOf(request.responseText));
			};
			signal.addEventListener('abort', stop);
			wait();
			request.send(bytes);
		}),
	cancel: async (id) => {
		await ask(`/files/${id}`, { method: 'DELETE', keepalive: true, headers: { [PERSON_HEADER]: person } });
	}
});
