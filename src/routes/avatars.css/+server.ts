import { AVATAR_KEPT_S } from '$lib/chat/limits.ts';
import { actorOf } from '$lib/server/people/visitor.ts';
import { avatarSheet } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/** The avatars and the logo that the visitor may see, as pages link them. */
export const GET: RequestHandler = async ({ locals: { visitor }, url }) => {
	const [session, place] = await Promise.all([visitor.session(), visitor.place()]);
	const { version, css } = (await avatarSheet.of(actorOf(session), place)) ?? { version: '', css: '' };
	const isAsked = url.searchParams.get('v') === version;
	return new Response(css, {
		headers: {
			'content-type': 'text/css; charset=utf-8',
			'x-content-type-options': 'nosniff',
			'cross-origin-resource-policy': 'same-origin',
			// Of other pictures the address is another. The visitor's own: what a cookie shows is not kept for another.
			'cache-control': isAsked ? `private, max-age=${AVATAR_KEPT_S}, immutable` : 'private, no-store',
			vary: 'cookie'
		}
	});
};
