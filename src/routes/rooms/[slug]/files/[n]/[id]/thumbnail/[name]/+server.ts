import { resolve } from '$app/paths';
import { thumbnailEtagOf, thumbnailHeaders } from '$lib/server/files/attached/file-response.ts';
import { asStream, findPicture } from '$lib/server/files/attached/open-file.ts';
import { store, thumbnails } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';
import { noSuchFile } from '../../../../../../../not-found/no-such-file.server.ts';

/** A picture of a message as the timeline shows it. Where there is no thumbnail, the answer leads to the original. */
export const GET: RequestHandler = async (event) => {
	const { params, request, locals } = event;
	const find = () => findPicture(store, locals.visitor, params);
	// A use of the session may set its cookie, which is too late while the bytes go out.
	const [found] = await Promise.all([find(), locals.visitor.session()]);
	if (!found) return noSuchFile(event);
	const { record, thumbnail } = found;
	const headers = new Headers(thumbnailHeaders(record));
	if (request.headers.get('if-none-match')?.includes(thumbnailEtagOf(record))) {
		return new Response(null, { status: 304, headers });
	}
	const { found: opened, isNew } = await thumbnails.open(record, thumbnail);
	if (isNew) {
		// While it was made, the session may have ended, the person may have left, and the message may have been deleted.
		const may = async () => {
			await locals.visitor.freshSession();
			return (await find()) !== undefined;
		};
		let mayRead = false;
		try {
			mayRead = await may();
		} finally {
			if (!mayRead) opened?.bytes.destroy();
		}
		if (!mayRead) return noSuchFile(event);
	}
	if (!opened) {
		const original = resolve('/rooms/[slug]/files/[n]/[id]/[name]', { ...params, name: record.name });
		return new Response(null, { status: 302, headers: { location: original, 'cache-control': 'private, no-cache' } });
	}
	headers.set('content-length', String(opened.size));
	if (request.method === 'HEAD') {
		opened.bytes.destroy();
		return new Response(null, { headers });
	}
	return new Response(asStream(opened.bytes), { headers });
};
