/** What admission/admit.ts and no-such-file.server.ts show in place of what the visitor must not know of: the error page, in its frame. */
import { error } from '@sveltejs/kit';
import { NO_SUCH_FILE, NO_SUCH_PAGE } from '$lib/chat/text/error-texts.ts';
import type { PageServerLoad } from './$types';

const FILE = /^(rooms\/[^/]+\/files|avatars)\//;

/** The path is that which was asked for, without its first slash, or empty. */
export const load: PageServerLoad = ({ params }) => error(404, FILE.test(params.path) ? NO_SUCH_FILE : NO_SUCH_PAGE);
