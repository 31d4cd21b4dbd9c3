import { text } from '@sveltejs/kit';
import { isQueueFull } from '$lib/server/runtime/store-away.ts';
import { keys } from '$lib/chat/storage/keys.ts';
import { store } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/** In milliseconds. One answer serves for this time, so that frequent requests cause no more writes. */
const FRESH_FOR = 2_000;

let asked: { at: number; healthy: Promise<boolean> } | undefined;

/** 200 if the store takes a write, else 503. */
export const GET: RequestHandler = async () => {
	const now = performance.now();
	if (!asked || now - asked.at > FRESH_FOR) asked = { at: now, healthy: storeTakesAWrite() };
	return (await asked.healthy) ? text('ok\n') : text('The store takes no write.\n', { status: 503 });
};

async function storeTakesAWrite(): Promise<boolean> {
	try {
		await store.set(keys.health, String(Date.now()));
		return true;
	} catch (reason) {
		// The endpoint refuses for its limit, and the queue is full: a restart would not help, and lose what runs behind answers.
		return isQueueFull(reason);
	}
}
