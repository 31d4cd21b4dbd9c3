import { etagOf, fileHeaders, rangeIn } from '$lib/server/files/attached/file-response.ts';
import { findFile, openBytes } from '$lib/server/files/attached/open-file.ts';
import { blobs, store } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';
import { noSuchFile } from '../../../../../../not-found/no-such-file.server.ts';

/** A file of a message, for who may read the message. The name in the address is for people who save it. */
export const GET: RequestHandler = async (event) => {
	const { params, request, locals } = event;
	const find = () => findFile(store, locals.visitor, params);
	// A use of the session may set its cookie, which is too late while the bytes go out.
	const [record] = await Promise.all([find(), locals.visitor.session()]);
	if (!record) return noSuchFile(event);
	const { size } = record;
	const headers = new Headers(fileHeaders(record));
	const etag = etagOf(record);
	if (request.headers.get('if-none-match')?.includes(etag)) return new Response(null, { status: 304, headers });
	const range = rangeIn(request.headers, size, etag);
	if (range === 'none') {
		headers.set('content-range', `bytes */${size}`);
		return new Response(null, { status: 416, headers });
	}
	headers.set('content-length', String(range ? range.last - range.first + 1 : size));
	if (range) headers.set('content-range', `bytes ${range.first}-${range.last}/${size}`);
	const status = range ? 206 : 200;
	if (request.method === 'HEAD') return new Response(null, { status, headers });
	const mayGoOn = async () => {
		// A session may have ended meanwhile.
		await locals.visitor.freshSession();
		return (await find()) !== undefined;
	};
	return new Response(openBytes(blobs, record.blob, range, mayGoOn), { status, headers });
};
