import { untrack } from 'svelte';
import { lazy } from '../../lazy.ts';
import type { ReadTracker, TrackedRoom } from './ReadTracker.lazy.ts';
import type { Timeline } from '../timeline/Timeline.svelte.ts';

const trackerPart = lazy(() => import('./ReadTracker.lazy.ts'));

const A_LOOK_MS = 1_000;

interface Deps extends TrackedRoom {
	timeline: Timeline;
	scroller: () => HTMLElement | undefined;
	isTracked: () => boolean;
}

/** Marks what is on screen as read. Loads its code with the first unread message. */
export function trackReading({ timeline, scroller, isTracked, ...tracked }: Deps): void {
	const { list, room } = tracked;
	let tracker = $state.raw<ReadTracker>();
	let timer: ReturnType<typeof setTimeout> | undefined;

	async function begin() {
		timer = undefined;
		const part = await trackerPart();
		if (part) tracker ??= new part.ReadTracker(tracked);
	}

	// Must run before the next effect, which reads the scroller that this one sets.
	$effect(() => {
		const element = scroller();
		return element && tracker?.start(element);
	});
	$effect(() => {
		const { cursor } = timeline;
		if (!isTracked() || !scroller()) return;
		if (tracker) untrack(() => tracker?.look(cursor));
		else if ((list.mark(room)?.n ?? -1) < cursor.message) {
			// A first visit counts at once. New messages do not restart the timer: in a busy room it would never fire.
			timer ??= setTimeout(() => void begin(), list.mark(room) && A_LOOK_MS);
		}
	});
	$effect(() => () => clearTimeout(timer));
}
