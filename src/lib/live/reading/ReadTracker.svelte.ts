import { untrack } from 'svelte';
import { lazy } from '../../lazy.ts';
import type { Place, ReadTracker } from './ReadTracker.lazy.ts';
import type { Timeline } from '../timeline/Timeline.svelte.ts';

const seeingPart = lazy(() => import('./ReadTracker.lazy.ts'));

/** In milliseconds on screen. */
const A_LOOK = 1_000;

interface Page extends Place {
	timeline: Timeline;
	view: () => HTMLElement | undefined;
	/** Whether this person's read marks are kept here. */
	reads: () => unknown;
}

/** Marks what is on screen as read. Loads its code with the first unread message. */
export function markSeen({ timeline, view, reads, ...place }: Page): void {
	const { list, room } = place;
	let seeing = $state.raw<ReadTracker>();
	let looking: ReturnType<typeof setTimeout> | undefined;

	async function see() {
		looking = undefined;
		const part = await seeingPart();
		if (part) seeing ??= new part.ReadTracker(place);
	}

	// Must run before the next effect, which reads the scroller that this one sets.
	$effect(() => {
		const scroller = view();
		return scroller && seeing?.start(scroller);
	});
	$effect(() => {
		const { cursor } = timeline;
		if (!reads() || !view()) return;
		if (seeing) untrack(() => seeing?.look(cursor));
		else if ((list.mark(room)?.n ?? -1) < cursor.message) {
			// A first visit counts at once. New messages do not restart the timer: in a busy room it would never fire.
			looking ??= setTimeout(() => void see(), list.mark(room) && A_LOOK);
		}
	});
	$effect(() => () => clearTimeout(looking));
}
