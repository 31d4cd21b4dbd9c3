import { untrack } from 'svelte';
import { lazy } from '../../lazy.ts';
import type { Place, ReadTracker } from './ReadTracker.lazy.ts';
import type { Timeline } from '../timeline/Timeline.svelte.ts';

const seeingPart = lazy(() => import('./ReadTracker.lazy.ts'));

/** So long something must be before my eyes to have been read, in milliseconds. */
const A_LOOK = 1_000;

interface Page extends Place {
	timeline: Timeline;
	/** What scrolls. */
	view: () => HTMLElement | undefined;
	/** Somebody reads here, whose marks are kept. */
	reads: () => unknown;
}

/** Marks what I see as read, while its page is shown. Its code comes with the first message that is unread. */
export function markSeen({ timeline, view, reads, ...place }: Page): void {
	const { list, room } = place;
	let seeing = $state.raw<ReadTracker>();
	let looking: ReturnType<typeof setTimeout> | undefined;

	async function see() {
		looking = undefined;
		const part = await seeingPart();
		if (part) seeing ??= new part.ReadTracker(place);
	}

	// Before the next effect, which looks at once at what this one watches.
	$effect(() => {
		const scroller = view();
		return scroller && seeing?.start(scroller);
	});
	$effect(() => {
		const { cursor } = timeline;
		if (!reads() || !view()) return;
		if (seeing) untrack(() => seeing?.look(cursor));
		else if ((list.mark(room)?.n ?? -1) < cursor.message) {
			// A first visit is one however short, also of an empty room. And what comes meanwhile begins no other look: in a
			// busy room nothing would ever be read.
			looking ??= setTimeout(() => void see(), list.mark(room) && A_LOOK);
		}
	});
	$effect(() => () => clearTimeout(looking));
}
