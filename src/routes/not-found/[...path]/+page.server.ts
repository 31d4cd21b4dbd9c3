/** What admission/admit.ts shows in place of a page that the visitor must not know of: the error page, in its frame. */
import { error } from '@sveltejs/kit';
import { NO_SUCH_PAGE } from '$lib/chat/text/error-texts.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = () => error(404, NO_SUCH_PAGE);
