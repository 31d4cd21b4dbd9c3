/** Shows an offline page where a page cannot be fetched. Caches nothing, so a new worker may take over at once. */
import { offlinePage } from './offline.ts';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', () => void self.skipWaiting());

// The browser requests the page while the worker starts, so the worker adds no delay.
self.addEventListener('activate', (event) => event.waitUntil(self.registration.navigationPreload?.enable()));

self.addEventListener('fetch', (event) => {
	if (event.request.mode === 'navigate' && event.request.method === 'GET') event.respondWith(navigate(event));
});

async function navigate({ preloadResponse, request }: FetchEvent): Promise<Response> {
	try {
		return ((await preloadResponse) as Response | undefined) ?? (await fetch(request));
	} catch {
		return offlinePage((await self.cookieStore?.get('theme').catch(() => null))?.value);
	}
}
