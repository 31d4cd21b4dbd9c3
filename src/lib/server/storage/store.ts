/** The store that services and routes use. It exists before the store is opened, since services are made while code loads. */
import { StoreUnavailable, type Hpkv, type WriteListener } from '../../../hpkv/port.ts';
import { log } from '../runtime/log.ts';
import type { Heard, Hearing } from './hearing.ts';

export interface ProcessStore extends Hpkv {
	/** Uses `opened` from now on. Called again in dev, where an edit of server code opens the store again. */
	attach(opened: Attached): void;
	/** The same store, whose answers may be remembered ones: hearing.ts. */
	recent: Hpkv;
	/** How the node hears what others write: of settings, and of rows of rooms. */
	hearing: Hearing;
	rows: Hearing;
}

export type Attached = Pick<Heard, 'store' | 'recent' | 'hearing' | 'rows'>;

export function processStore(): ProcessStore {
	let attached: Attached | undefined;
	const listeners: WriteListener[] = [];
	const missedListeners: (() => void)[] = [];
	function opened(): Attached {
		if (!attached) throw new Error('The store is used before it is opened');
		return attached;
	}
	const listening: Listening = {
		onWritten(listener) {
			listeners.push(listener);
			attached?.store.onWritten(listener);
		},
		onMissed(listener) {
			missedListeners.push(listener);
			attached?.store.onMissed(listener);
		}
	};
	const hearing = (of: 'hearing' | 'rows'): Hearing => ({
		keptMs: () => attached?.[of].keptMs() ?? 0,
		since: () => attached?.[of].since() ?? Infinity,
		caughtUp: () => attached?.[of].caughtUp() ?? Promise.resolve(false)
	});
	return Object.assign(
		through(() => opened().store, listening),
		{
			attach(opened: Attached) {
				attached = opened;
				for (const listener of listeners) opened.store.onWritten(listener);
				for (const listener of missedListeners) opened.store.onMissed(listener);
			},
			recent: through(() => opened().recent, listening),
			hearing: hearing('hearing'),
			rows: hearing('rows')
		}
	);
}

type Listening = Pick<Hpkv, 'onWritten' | 'onMissed'>;

const through = (port: () => Hpkv, listening: Listening): Hpkv => ({
	...listening,
	get maxValueBytes() {
		return port().maxValueBytes;
	},
	get hearsAllWrites() {
		return port().hearsAllWrites;
	},
	caughtUp: () => logged(port().caughtUp()),
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
});

async function logged<T>(operation: Promise<T>): Promise<T> {
	try {
		return await operation;
	} catch (reason) {
		if (reason instanceof StoreUnavailable) log('error', 'store-unavailable', { reason: reason.message });
		throw reason;
	}
}
