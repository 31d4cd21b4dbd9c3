/** Loaded when a reader first leaves the end. */
import { HistoryPager } from '$lib/live/timeline/HistoryPager.svelte.ts';
import type { RoomSync } from '$lib/live/timeline/RoomSync.svelte.ts';
import { ScrollAnchor } from '$lib/ui/scroll/ScrollAnchor.svelte.ts';
import { stand } from '$lib/ui/scroll/scroll-to.ts';
import JumpToLatest from '$lib/ui/scroll/JumpToLatest.svelte';
import { tick } from 'svelte';
import { navigating } from '$app/state';
import { loadMessages } from '$lib/live/api/client.ts';
import { keepStanding, keptStanding } from '$lib/ui/scroll/scroll-restore.ts';

export interface Page {
	feed: RoomSync;
	view: HTMLElement;
	room: string;
	/** The reader's id. */
	me: () => string | undefined;
	/** On a permalink, the scroll position is kept even at the end, where the address leads to the message. */
	permalink: boolean;
	/** Number of the message to open at; 0 if the reader has scrolled already. */
	goal?: number;
	/** The first number that was unread when the page opened. */
	unreadFrom?: number;
}

export function begin({ feed, view, room, me, permalink, goal, unreadFrom }: Page) {
	const kept = keptStanding();
	const row = goal !== 0 && view.querySelector<HTMLElement>(goal ? `#m-${kept?.n ?? goal}` : '#unread');
	if (row) {
		stand(row, view, kept?.top);
		// A later focus would scroll.
		if (document.activeElement === document.body) row.focus({ preventScroll: true });
	}
	const page = (place: string) => loadMessages(room, place);
	const at = () => (scroll.atEnd ? undefined : scroll.standing?.n);
	let turned: Promise<void> | undefined;
	const reading: HistoryPager = new HistoryPager(feed, {
		page,
		at,
		me,
		unreadFrom,
		nearStart: () => scroll.nearStart,
		// Once for all rows that are added and removed together.
		onturn: () => {
			turned ??= tick().then(() => {
				turned = undefined;
				scroll.hold();
			});
		}
	});
	const scroll: ScrollAnchor = new ScrollAnchor(view, {
		live: () => reading.live,
		onedge: (edge) => void reading[edge](),
		onrest: () => {
			// During Back, the address is already the next page's while this page still scrolls.
			if (navigating.type !== 'popstate') keepStanding(scroll.atEnd && !permalink ? undefined : scroll.standing);
		},
		onend: () => reading.see()
	});
	return {
		reading,
		scroll,
		JumpToLatest,
		/** Whether the button to the newest message is shown. */
		get behind() {
			return !scroll.atEnd && (!reading.live || reading.news > 0 || scroll.isFar);
		},
		/** The page around the reader's place; undefined at the end. */
		around: () => {
			const n = at();
			return n === undefined ? undefined : page(`around=${n}`);
		},
		toEnd: async () => {
			scroll.toEnd();
			// If the newest page fails to load, sent messages wait at the end of this page.
			await reading.end().catch(() => undefined);
			await tick();
			scroll.toEnd();
		}
	};
}
