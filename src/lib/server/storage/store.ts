/** The store that services and routes use. It exists before the store is opened, since services are made while code loads. */
import { StoreUnavailable, type Hpkv, type WriteListener } from '../../../hpkv/port.ts';
import { log } from '../runtime/log.ts';

export interface ProcessStore extends Hpkv {
	/** Uses `opened` from now on. Called again in dev, where an edit of server code opens the store again. */
	attach(opened: Hpkv): void;
}

export function processStore(): ProcessStore {
	let attached: Hpkv | undefined;
	const listeners: WriteListener[] = [];
	const missedListeners: (() => void)[] = [];
	function port(): Hpkv {
		if (!attached) throw new Error('The store is used before it is opened');
		return attached;
	}
	return {
		attach(opened) {
			attached = opened;
			for (const listener of listeners) opened.onWritten(listener);
			for (const listener of missedListeners) opened.onMissed(listener);
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
		caughtUp: () => logged(port().caughtUp()),
		onMissed(listener) {
			missedListeners.push(listener);
			attached?.onMissed(listener);
		},
		get: (key) => logged(port().get(key)),
		set: (key, value) => logged(port().set(key, value)),
		patch: (key, value) => logged(port().patch(key, value)),
		delete: (key) => logged(port().delete(key)),
		range: (start, end, limit) => logged(port().range(start, end, limit)),
		increment: (key, by) => logged(port().increment(key, by)),
		token: (grant) => logged(port().token(grant)),
		get dropsHolders() {
			return port().dropsHolders;
		},
		generationOf: (holder) => logged(port().generationOf(holder)),
		dropHolder: (holder) => logged(port().dropHolder(holder))
	};
}

async function logged<T>(operation: Promise<T>): Promise<T> {
	try {
		return await operation;
	} catch (reason) {
		if (reason instanceof StoreUnavailable) log('error', 'store-unavailable', { reason: reason.message });
		throw reason;
	}
}
