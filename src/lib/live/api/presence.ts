import type { PostPresence } from '$lib/live/presence/RoomPresence.svelte.ts';
import { sendId } from '$lib/live/composer/Outbox.svelte.ts';
import { ask } from './polite-fetch.ts';

export function sayHere(room: string): PostPresence {
	const tab = sendId();
	return async (act) => {
		try {
			const body = new URLSearchParams({ tab, act });
			const response = await ask(`${room}/here`, { method: 'POST', body, keepalive: true });
			return response.status === 200 ? ((await response.json()) as unknown) : undefined;
		} catch {
			return undefined; // not reached: the connection shows it
		}
	};
}
