/** Checks every request of a page, a form action or an endpoint against route-rules.ts. */
import { error, redirect, type Handle, type RequestEvent } from '@sveltejs/kit';
import { keys } from '../../chat/storage/keys.ts';
import { NO_SUCH_PAGE, SIGN_IN_FIRST } from '../../chat/text/error-texts.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { CLOSED } from '../../chat/place/place.ts';
import { AWAY, retryAfterSeconds, unlessStoreAway } from '../runtime/store-away.ts';
import { admission, type Admission } from './route-rules.ts';
import { holdersOf } from '../people/holders.ts';
import type { SetupState } from '../setup/setup-state.ts';
import type { Visitor } from '../people/visitor.ts';
import { refuse } from './refuse.ts';

export { NO_SUCH_PAGE };

type Resolve = (event: RequestEvent) => Response | Promise<Response>;

interface Running {
	/** Holders that were dropped since the request began: of people who were blocked, of sessions that were ended. */
	dropped: Set<string>;
	/** Others may have been dropped. */
	hasMissed: boolean;
}

export function admit(store: Hpkv, setup: SetupState): Handle {
	const running = new Set<Running>();
	store.onWritten((key, holder) => {
		if (key === keys.access) for (const { dropped } of running) dropped.add(holder);
	});
	store.onMissed(() => {
		for (const each of running) each.hasMissed = true;
	});

	return async ({ event, resolve }) => {
		const { route, locals, request } = event;
		// SvelteKit answers 404.
		if (route.id === null) return resolve(event);
		const { visitor } = locals;
		const asked = await unlessStoreAway(
			() => admissionOf(visitor, route.id ?? ''),
			(reason) => ({ retryAfter: retryAfterSeconds(reason) })
		);
		if (typeof asked === 'object') return answerWithoutStore(event, resolve, asked.retryAfter);
		if (asked === 'hidden') return hide(event);
		if (asked === 'sign in') return (await setup.isNeeded()) ? awaitSetup(event, resolve) : askToSignIn(event);
		if (request.method !== 'GET') return resolve(event);

		// What a person has read who was blocked meanwhile must not leave. A form is done already, and its answer shows less.
		const mine: Running = { dropped: new Set(), hasMissed: false };
		running.add(mine);
		try {
			const response = await resolve(event);
			if (mine.dropped.size === 0 && !mine.hasMissed) return response;
			const session = await visitor.session();
			const names = session && holdersOf(session.person, visitor.sessionDigest());
			const isDropped = names?.some((holder) => mine.hasMissed || mine.dropped.has(holder)) ?? false;
			return isDropped && !(await visitor.freshSession()) ? await askToSignIn(event) : response;
		} finally {
			running.delete(mine);
		}
	};
}

/** These routes ask for rights themselves, and fail as well where the store is away: a room's page then keeps what was typed. */
const ASK_THEMSELVES = new Set([
	...[
		'/',
		'/rooms.json',
		'/new/room',
		'/watch',
		'/you',
		'/rooms/[slug]',
		'/rooms/[slug]/[n]',
		'/rooms/[slug]/settings'
	],
	...['/rooms/[slug]/messages', '/rooms/[slug]/since', '/rooms/[slug]/here', '/rooms/[slug]/read']
]);

/** The store has not said who asks or what they may: nothing else of the place may be shown. */
function answerWithoutStore(event: RequestEvent, resolve: Resolve, retryAfter?: number): Response | Promise<Response> {
	const route = event.route.id ?? '';
	const isPublic = admission(route, { actor: undefined, place: CLOSED }) === 'admitted';
	if (isPublic || ASK_THEMSELVES.has(route)) return resolve(event);
	return refuse(event, { ...AWAY, retryAfter });
}

/** Where everybody may read, a page does not wait for the session. */
async function admissionOf(visitor: Visitor, route: string): Promise<Admission> {
	const place = await visitor.place();
	if (admission(route, { actor: undefined, place }) === 'admitted') return 'admitted';
	const session = await visitor.session();
	return admission(route, { actor: session && { id: session.person, role: session.role }, place });
}

/** An error that is thrown here would be shown without the frame, and a page's own `load` must not run. */
async function hide({ request, isDataRequest, fetch }: RequestEvent): Promise<Response> {
	const accept = request.headers.get('accept') ?? '';
	if (request.method !== 'GET' || isDataRequest || !accept.includes('text/html')) error(404, NO_SUCH_PAGE);
	return fetch('/not-found', { headers: { accept } });
}

/** `/` of a place without an owner says how the place is set up. */
async function awaitSetup(event: RequestEvent, resolve: Resolve): Promise<Response> {
	if (event.route.id === '/') return resolve(event);
	if (event.request.method === 'GET' && (event.request.headers.get('accept') ?? '').includes('text/html'))
		redirect(303, '/');
	return error(404, NO_SUCH_PAGE);
}

async function askToSignIn(event: RequestEvent): Promise<Response> {
	const { request, url, isDataRequest } = event;
	if (request.method === 'POST') return refuse(event, { status: 401, error: SIGN_IN_FIRST });
	const wantsPage = isDataRequest || (request.headers.get('accept') ?? '').includes('text/html');
	if (!wantsPage) error(401, SIGN_IN_FIRST);
	const next = url.pathname === '/' ? '' : `?next=${encodeURIComponent(url.pathname + url.search)}`;
	const address = `/signin${next}`;
	// SvelteKit's script reads the redirect as data. A response passes the other handlers, which set its headers.
	if (isDataRequest) redirect(303, address);
	return new Response(null, { status: 303, headers: { location: address } });
}
