import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { SHARE_PATH, sharedText } from '$lib/chat/composer/share.ts';
import { FILE_FIELD } from '$lib/chat/files/form-fields.ts';
import type { AttachedFile } from '$lib/chat/files/file.ts';
import { MAX_SEARCH, MAX_SHARE_ADDRESS } from '$lib/chat/limits.ts';
import type { RoomRow } from '$lib/chat/rooms/room.ts';
import { shareRefusals } from '$lib/chat/text/error-texts.ts';
import { REFUSED_FIELD } from '$lib/server/files/form-with-files.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { roomLists } from '$lib/server/services.ts';
import { attachmentsIn } from '../rooms/[slug]/attachments.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface Shared {
	text: string;
	files: AttachedFile[];
	/** What was typed to find a room. */
	find: string;
	rooms: RoomRow[];
	/** What became of it, in a sentence. */
	error?: string;
	/** The page was loaded again, and has nothing of it; its browser may have (share-storage.ts). */
	isGone?: true;
	/** There were files, and they were not kept for want of a session. */
	filesLost?: boolean;
}

/** The page of a share that has been through a sign-in, which carries a short text. */
export const load: PageServerLoad = async ({ locals: { visitor }, request, url }) => {
	const text = url.searchParams.get('text') ?? '';
	const shared: Shared = { text, files: [], find: '', rooms: [] };
	// The form action has what was posted, and the rooms.
	if (request.method === 'POST') return { shared };
	if (!(await visitor.session())) {
		const lost = url.searchParams.has('lost');
		const address = signInAddress(text, lost);
		redirect(303, address.length > MAX_SHARE_ADDRESS ? signInAddress('', lost) : address);
	}
	const error = url.searchParams.has('lost') ? shareRefusals['files-lost'] : undefined;
	const isGone = !text && !error ? true : undefined;
	return { shared: { ...shared, rooms: await roomLists.toWriteIn(visitor, ''), error, isGone } };
};

export const actions = {
	/** What another app shares, and the page's own form that looks for a room: its files are uploaded already (lib/server/files/in-front.ts). */
	receive: async (event) => {
		const { visitor } = event.locals;
		const form = await readForm(event.request);
		const [title, text, url] = [textField(form, 'title'), textField(form, 'text'), textField(form, 'url')];
		const typed = form.has('message') ? textField(form, 'message') : sharedText({ title, text, url });
		const find = textField(form, 'find').slice(0, MAX_SEARCH);
		const { kept: files, refusal } = await attachmentsIn(form, visitor);
		/** Of the page that waits for a sign-in. */
		const continued = textField(form, 'continued');
		const wereLost = continued === 'without-files';
		const filesLost = wereLost || form.has(FILE_FIELD) || form.has(REFUSED_FIELD);
		const shared: Shared = { text: typed, files, find, rooms: [], filesLost };
		const address = signInAddress(typed, filesLost);
		return memberAction(
			event,
			{
				refusal: (error) => ({ shared: { ...shared, error } }),
				noSession:
					address.length > MAX_SHARE_ADDRESS
						? shareRefusals['sign-in'](!!continued, filesLost)
						: () => redirect(303, address),
				// It costs what a page costs, and files have a bucket of their own.
				limit: () => 0
			},
			async () => {
				const error = refusal ?? (wereLost ? shareRefusals['files-lost'] : undefined);
				return { shared: { ...shared, rooms: await roomLists.toWriteIn(visitor, find), error } };
			}
		);
	}
} satisfies Actions;

/** @param lost whether there were files, which no address can carry */
function signInAddress(text: string, lost: boolean): string {
	const query = new URLSearchParams({ ...(text && { text }), ...(lost && { lost: '1' }) }).toString();
	const next = query ? `${SHARE_PATH}?${query}` : SHARE_PATH;
	return `${resolve('/signin')}?next=${encodeURIComponent(next)}`;
}
