/** The store that services and routes use. It exists before the store is opened, since services are made while code loads. */
import { error } from '@sveltejs/kit';
import { StoreUnavailable, type Hpkv, type WriteListener } from '../../../hpkv/port.ts';
import { STORE_AWAY } from '../../chat/text/error-texts.ts';
import { log } from '../runtime/log.ts';

export interface ProcessStore extends Hpkv {
	/** Uses `opened` from now on. Called again in dev, where an edit of server code opens the store again. */
	attach(opened: Hpkv): void;
}

export function processStore(): ProcessStore {
	let attached: Hpkv | undefined;
	const listeners: WriteListener[] = [];
	function port(): Hpkv {
		if (!attached) throw new Error('The store is used before it is opened');
		return attached;
	}
	return {
		attach(opened) {
			attached = opened;
			for (const listener of listeners) opened.onWritten(listener);
		},
		get maxValueBytes() {
			return port().maxValueBytes;
		},
		get hearsAllWrites() {
			return port().hearsAllWrites;
		},
		onWritten(listener) {
			listeners.push(listener);
			attached?.onWritten(listener);
		},
		get: (key) => answered(port().get(key)),
		set: (key, value) => answered(port().set(key, value)),
		patch: (key, value) => answered(port().patch(key, value)),
		delete: (key) => answered(port().delete(key)),
		range: (start, end, limit) => answered(port().range(start, end, limit)),
		increment: (key, by) => answered(port().increment(key, by)),
		token: (grant) => answered(port().token(grant))
	};
}

/** An operation that cannot reach the store ends the request with a 503. */
async function answered<T>(operation: Promise<T>): Promise<T> {
	try {
		return await operation;
	} catch (reason) {
		if (!(reason instanceof StoreUnavailable)) throw reason;
		log('error', 'store-unavailable', { reason: reason.message });
		error(503, STORE_AWAY);
	}
}
