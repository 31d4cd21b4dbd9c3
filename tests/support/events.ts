/** Events with the subscribers that the app registers, for tests without its services. */
import type { Hpkv } from '../../src/hpkv/port.ts';
import { Events } from '../../src/lib/server/events.ts';
import { subscribeDirect } from '../../src/lib/server/messages/direct-subscribers.ts';
import { subscribeMessages } from '../../src/lib/server/messages/subscribers.ts';
import { subscribeRooms } from '../../src/lib/server/rooms/subscribers.ts';

/** @param failed called when a subscriber behind the answer fails; by default, an unhandled rejection fails the test */
export function eventsOn(store: Hpkv, failed: (error: unknown) => void = unhandled): Events {
	const events = new Events(failed);
	subscribeMessages(events, store, () => Promise.resolve(true));
	subscribeRooms(events, store);
	subscribeDirect(events, store);
	return events;
}

function unhandled(error: unknown): void {
	void Promise.reject(error instanceof Error ? error : new Error(String(error)));
}
