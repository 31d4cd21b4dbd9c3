/**
 * All it does: a page that cannot be fetched becomes a page that says so, instead of the browser's own. It keeps nothing,
 * so nothing of the chat can be stale, and a new one may take over at once. Posts, and whatever a page loads, pass by.
 */
import { THEME_COOKIE } from '../lib/chat/people/theme.ts';
import { offlinePage } from './offline.ts';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', () => void self.skipWaiting());

// The request for a page goes out while the worker starts: it costs no time.
self.addEventListener('activate', (event) => event.waitUntil(self.registration.navigationPreload?.enable()));

self.addEventListener('fetch', (event) => {
	if (event.request.mode === 'navigate' && event.request.method === 'GET') event.respondWith(navigate(event));
});

async function navigate({ preloadResponse, request }: FetchEvent): Promise<Response> {
	try {
		return ((await preloadResponse) as Response | undefined) ?? (await fetch(request));
	} catch {
		return offlinePage((await self.cookieStore?.get(THEME_COOKIE).catch(() => null))?.value);
	}
}
