/** What admission/admit.ts and no-such-file.server.ts show in place of what the visitor must not know of: the error page, in its frame. */
import { error } from '@sveltejs/kit';
import { NO_SUCH_FILE, NO_SUCH_PAGE } from '$lib/chat/text/error-texts.ts';
import type { PageServerLoad } from './$types';

/** `/not-found/file`: in place of a file. */
export const load: PageServerLoad = ({ params }) => error(404, params.path === 'file' ? NO_SUCH_FILE : NO_SUCH_PAGE);
