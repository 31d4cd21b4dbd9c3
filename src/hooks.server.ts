import { building } from '$app/env';
import { resolve as pathOf } from '$app/paths';
import { error } from '@sveltejs/kit';
import { admit, NO_SUCH_PAGE } from '$lib/server/admission/admit.ts';
import { isHealthCheck, limitRequests } from '$lib/server/admission/limit-requests.ts';
import { errorFacts, log } from '$lib/server/runtime/log.ts';
import { fileEarlierCredentials } from '$lib/server/jobs/file-credentials.ts';
import { fileEarlierNames } from '$lib/server/jobs/file-names.ts';
import { addressOf, forwardedAddress } from '$lib/server/runtime/client-address.ts';
import { allowSocket } from '$lib/server/runtime/csp.ts';
import { readInstance } from '$lib/server/storage/instance.ts';
import { messageIfAway, unlessStoreAway, withStatus } from '$lib/server/runtime/store-away.ts';
import { config } from '$lib/server/runtime/config.ts';
import {
	askInTurn,
	closeServices,
	openServices,
	pictures,
	avatarSheet,
	settings,
	setupState,
	store,
	sweepFiles,
	throttle,
	uploads
} from '$lib/server/services.ts';
import { startSweeping } from '$lib/server/jobs/sweep.ts';
import type { Sheet } from '$lib/server/files/avatars/avatar-sheet.ts';
import { filesInFront, isUpload } from '$lib/server/files/in-front.ts';
import { readOnlyCookies } from '$lib/server/people/raw-cookies.ts';
import { withAppearance } from '$lib/server/people/appearance.ts';
import { deviceOf } from '$lib/server/people/device.ts';
import { actorOf, Visitor } from '$lib/server/people/visitor.ts';
import { claimOrigin } from '$lib/server/place/origin.ts';
import { finishSetup, keepFirstOperator, offerSetup } from '$lib/server/setup/setup.ts';
import { bridge } from './host/bridge.ts';
import type { IncomingMessage } from 'node:http';
import type { Cookies, Handle, HandleServerError, RequestEvent, ServerInit } from '@sveltejs/kit';

let instance = '';

export const init: ServerInit = async () => {
	if (building) return;
	// In dev, an edit of server code runs `init` again: close the store that the old code opened.
	await vacate();
	bridge.listen = config.listen;
	bridge.extraPort = config.extraPort;
	bridge.origins = config.origins;
	const { proxy } = config;
	bridge.forwardedAddress = proxy && ((headers) => forwardedAddress(headers, proxy));
	bridge.isStoreRemote = config.store.mode !== 'embedded';
	bridge.drainSeconds = config.drainSeconds;
	bridge.log = log;
	await bridge.assertCanListen?.(config.listen);
	await openServices();
	const sweepFailed = (error: unknown) => log('error', 'sweep-failed', errorFacts(error));
	const stopSweeping = startSweeping(store, sweepFailed, {
		isOneOfMany: config.store.mode === 'shared',
		sweepFiles,
		sweepNode: () => uploads.sweep()
	});
	void fileEarlierNames(store).catch((error: unknown) => log('error', 'names-not-filed', errorFacts(error)));
	void fileEarlierCredentials(store).catch((error: unknown) =>
		log('error', 'credentials-not-filed', errorFacts(error))
	);
	instance = await readInstance(store);
	await claimOrigin(store);
	await keepFirstOperator(store);
	await finishSetup(store);
	if (config.files.lacksBucket)
		log('info', 'uploads-off', {
			hint: 'several nodes need a bucket: set S3_ENDPOINT, S3_BUCKET, S3_KEY and S3_SECRET'
		});
	if (config.files.sizes.most > 0 && !pictures.available)
		log('info', 'thumbnails-off', { hint: 'sharp is not installed beside the build: pictures are shown whole' });
	bridge.isUpload = isUpload;
	bridge.upload = filesInFront({
		uploads,
		throttle,
		visitorOf: visitorInFront,
		addressOf: addressInFront,
		failed: logFailed
	});
	bridge.setupPath = await offerSetup(store);
	const closeStore = bridge.close;
	bridge.close = async () => {
		stopSweeping();
		await closeServices();
		await closeStore?.();
	};
};

async function vacate(): Promise<void> {
	await bridge.close?.();
	bridge.request = bridge.upload = bridge.upgrade = bridge.close = undefined;
}

const admitted = admit(store, setupState);

interface Asked {
	agent: string | null;
	address: string;
	/** Whether the answer gives something for longer than it is shown, or changes something. */
	decides: boolean;
}

const visitorFrom = (cookies: Cookies, url: URL, { agent, address, decides }: Asked): Visitor =>
	new Visitor(store, cookies, url, {
		instance,
		settings,
		recent: store.recent,
		decides,
		device: deviceOf(agent, address),
		sessionDays: config.sessionDays,
		onUseNotNoted: (error) => log('error', 'use-not-noted', errorFacts(error))
	});

/** Of requests that are answered in front of SvelteKit. */
const addressInFront = ({ headers, socket }: IncomingMessage) =>
	(config.proxy && forwardedAddress(headers, config.proxy)) ?? socket.remoteAddress ?? 'unknown';
const visitorInFront = (req: IncomingMessage, url: URL) =>
	visitorFrom(readOnlyCookies(req.headers.cookie), url, {
		agent: req.headers['user-agent'] ?? null,
		address: addressInFront(req),
		decides: true
	});
const logFailed = (error: unknown) => log('error', 'upload-failed', errorFacts(error));

const visitor: Handle = async ({ event, resolve }) => {
	const address = addressOf(event);
	const visitor = visitorFrom(event.cookies, event.url, {
		agent: event.request.headers.get('user-agent'),
		address,
		decides: decides(event)
	});
	event.locals.visitor = visitor;
	return askInTurn({ urgency: urgencyOf(event), address }, async () => {
		await visitor.renameCookie();
		return admitted({
			event,
			resolve: (event) =>
				resolve(event, {
					preload,
					transformPageChunk: async ({ html }) =>
						withAvatars(withAppearance(html, visitor.appearance()), await sheetOf(visitor))
				})
		});
	});
};

/** Undefined where the store is away. */
const sheetOf = (visitor: Visitor) =>
	unlessStoreAway(
		async () => avatarSheet.of(actorOf(await visitor.session()), await visitor.place()),
		() => undefined
	);

/** At the end of the document: avatars hold up nothing. */
const withAvatars = (html: string, sheet: Sheet | undefined) =>
	sheet
		? html.replace('</body>', `<link rel="stylesheet" href="${pathOf('/avatars.css')}?v=${sheet.version}" /></body>`)
		: html;

const decides = ({ request, route }: RequestEvent) => request.method !== 'GET' || route.id === '/watch';

/** With scripts and styles the fonts: a page uses a font only if it is there at the first paint (fonts.css). */
const preload = ({ type }: { type: string }) => type !== 'asset';

/** The queue of a hosted endpoint serves forms of a room before all else, and the health check with them. */
const urgencyOf = ({ request, route }: RequestEvent) =>
	(request.method === 'POST' && route.id?.startsWith('/rooms/[slug]') && !/[/](read|here)$/.test(route.id)) ||
	isHealthCheck({ route })
		? 'send'
		: 'read';

const responses: Handle = async ({ event, resolve }) => {
	const response = await resolve(event);
	allowSocket(response.headers);
	if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store');
	return withStatus(response, event.locals, event.isDataRequest);
};

/** 404 where SvelteKit would answer 500: for actions named like an inherited property (`constructor`), `default`, and remote functions. */
const names: Handle = ({ event, resolve }) => {
	if (event.isRemoteRequest) error(404, NO_SUCH_PAGE);
	const action = [...event.url.searchParams.keys()].find((name) => name.startsWith('/'))?.slice(1);
	if (action !== undefined && (action in Object.prototype || action === 'default')) error(404, NO_SUCH_PAGE);
	return resolve(event);
};

const requests: Handle = async ({ event, resolve }) => {
	const start = performance.now();
	const response = await resolve(event);
	// The route, not the path: a path can hold a sign-in token.
	log(event.request.method === 'GET' && response.status < 500 ? 'debug' : 'info', 'request', {
		method: event.request.method,
		route: event.route.id ?? undefined,
		status: response.status,
		ms: Math.round(performance.now() - start)
	});
	return response;
};

/** Like Kit's `sequence`, without a span, an async context and a copy of the event per handler; only `inner` may pass options. */
const around =
	(outer: Handle, inner: Handle): Handle =>
	({ event, resolve }) =>
		outer({ event, resolve: (event) => inner({ event, resolve }) });

// Outermost: a refused request gets no log line of its own (limit-requests.ts logs one a minute).
export const handle = around(limitRequests(throttle), around(requests, around(responses, around(names, visitor))));

/** Must not throw: an error here ends the process. */
export const handleError: HandleServerError = ({ error, event, status, message }) => {
	const away = messageIfAway(error, event.locals);
	if (away) return { message: away };
	if (status >= 500) log('error', 'unexpected', { route: event.route.id ?? undefined, ...errorFacts(error) });
	return {
		message: status === 404 ? NO_SUCH_PAGE : status >= 500 ? 'Something went wrong' : message
	};
};
