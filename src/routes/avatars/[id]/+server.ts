import { AVATAR_KEPT_S } from '$lib/chat/limits.ts';
import { findAvatar } from '$lib/server/files/avatars/find-avatar.ts';
import { etagOf, fileHeaders } from '$lib/server/files/attached/file-response.ts';
import { openBytes } from '$lib/server/files/attached/open-file.ts';
import { actorOf, type Visitor } from '$lib/server/people/visitor.ts';
import { blobs, store } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';
import { noSuchFile } from '../../not-found/no-such-file.server.ts';

const find = async (visitor: Visitor, id: string) => {
	const [session, place] = await Promise.all([visitor.session(), visitor.place()]);
	return findAvatar(store, { actor: actorOf(session), place }, id);
};

/** An avatar or the logo. */
export const GET: RequestHandler = async (event) => {
	const { params, request, locals } = event;
	const [{ id }, { visitor }] = [params, locals];
	const record = await find(visitor, id);
	if (!record) return noSuchFile(event);
	const headers = new Headers({
		...fileHeaders(record),
		'content-type': record.type,
		'content-disposition': 'inline; filename="avatar.webp"',
		'accept-ranges': 'none',
		// The address changes with the picture, and its reader has seen it: one that is removed goes from browsers within a day.
		'cache-control': `private, max-age=${AVATAR_KEPT_S}, immutable`
	});
	if (request.headers.get('if-none-match')?.includes(etagOf(record))) {
		return new Response(null, { status: 304, headers });
	}
	headers.set('content-length', String(record.size));
	if (request.method === 'HEAD') return new Response(null, { headers });
	const mayGoOn = async () => {
		await visitor.freshSession();
		return (await find(visitor, id)) !== undefined;
	};
	return new Response(openBytes(blobs, record.blob, undefined, mayGoOn), { headers });
};
