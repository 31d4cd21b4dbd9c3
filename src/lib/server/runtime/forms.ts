import { error, type RequestEvent } from '@sveltejs/kit';
import { FORM_DAMAGED, FORM_TOO_LONG } from '../../chat/text/error-texts.ts';

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** Errors: 415 for another content type, 413 for a body that is too long, 400 for a damaged one. */
export async function readForm(request: Request): Promise<FormData> {
	if (!FORM.test(request.headers.get('content-type') ?? '')) error(415, FORM_DAMAGED);
	try {
		return await request.formData();
	} catch (reason) {
		if (isTooLong(reason)) error(413, FORM_TOO_LONG);
		error(400, FORM_DAMAGED);
	}
}

export function textField(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}

/** @returns the delay for the form's script */
export function wait({ setHeaders }: Pick<RequestEvent, 'setHeaders'>, seconds: number): { retryAfter: number } {
	setHeaders({ 'retry-after': String(seconds) });
	return { retryAfter: seconds };
}

/** SvelteKit throws 413 while it reads a body without a declared length. */
const isTooLong = (reason: unknown): boolean =>
	reason instanceof Error && (('status' in reason && reason.status === 413) || isTooLong(reason.cause));
