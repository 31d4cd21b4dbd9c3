import { error } from '@sveltejs/kit';
import { FORM_DAMAGED, FORM_TOO_LONG } from '../../chat/text/error-texts.ts';

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** The fields of a form that was posted. What is none, is damaged or is too long is its sender's mistake, not ours. */
export async function readForm(request: Request): Promise<FormData> {
	if (!FORM.test(request.headers.get('content-type') ?? '')) error(415, FORM_DAMAGED);
	try {
		return await request.formData();
	} catch (reason) {
		if (isTooLong(reason)) error(413, FORM_TOO_LONG);
		error(400, FORM_DAMAGED);
	}
}

/** SvelteKit counts a body that does not say its length beforehand. */
const isTooLong = (reason: unknown): boolean =>
	reason instanceof Error && (('status' in reason && reason.status === 413) || isTooLong(reason.cause));
