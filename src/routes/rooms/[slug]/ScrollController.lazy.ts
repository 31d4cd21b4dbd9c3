/** What a page needs when its reader first leaves the end; it is loaded then. */
import { HistoryPager } from '$lib/live/timeline/HistoryPager.svelte.ts';
import type { RoomSync } from '$lib/live/timeline/RoomSync.svelte.ts';
import { ScrollAnchor } from '$lib/ui/scroll/ScrollAnchor.svelte.ts';
import { stand } from '$lib/ui/scroll/scroll-to.ts';
import JumpToLatest from '$lib/ui/scroll/JumpToLatest.svelte';
import { tick } from 'svelte';
import { navigating } from '$app/state';
import { fetchMessages } from '$lib/live/api/messages.ts';
import { keepStanding, keptStanding } from '$lib/ui/scroll/scroll-restore.ts';

export interface Page {
	feed: RoomSync;
	/** What scrolls. */
	view: HTMLElement;
	/** The room's address. */
	room: string;
	/** The id of the person who reads. */
	me: () => string | undefined;
	/** It is a message's own page: also from its end, its address leads to that message. */
	permalink: boolean;
	/** The number that the reader comes to; 0 where they have left already. */
	goal?: number;
	/** The first number that was unread when they came. */
	unreadFrom?: number;
}

export function begin({ feed, view, room, me, permalink, goal, unreadFrom }: Page) {
	const kept = keptStanding();
	const row = goal !== 0 && view.querySelector<HTMLElement>(goal ? `#m-${kept?.n ?? goal}` : '#unread');
	if (row) {
		stand(row, view, kept?.top);
		// Whoever focuses it later scrolls, too.
		if (document.activeElement === document.body) row.focus({ preventScroll: true });
	}
	const page = (place: string) => fetchMessages(room, place);
	const at = () => (scroll.atEnd ? undefined : scroll.standing?.n);
	let turned: Promise<void> | undefined;
	const reading: HistoryPager = new HistoryPager(feed, {
		page,
		at,
		me,
		unreadFrom,
		nearStart: () => scroll.nearStart,
		// Once for all that was put in or taken out together.
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
			// On the way Back the address is that of the page to come already, and this one still scrolls.
			if (navigating.type !== 'popstate') keepStanding(scroll.atEnd && !permalink ? undefined : scroll.standing);
		},
		onend: () => reading.see()
	});
	return {
		reading,
		scroll,
		JumpToLatest,
		/** There is a way to go to what was said last. */
		get behind() {
			return !scroll.atEnd && (!reading.live || reading.news > 0 || scroll.isFar);
		},
		/** The page around what is read; at the end there is nothing to hold. */
		around: () => {
			const n = at();
			return n === undefined ? undefined : page(`around=${n}`);
		},
		toEnd: async () => {
			scroll.toEnd();
			// Where the newest page cannot be had, what was sent waits at the end of this one.
			await reading.end().catch(() => undefined);
			await tick();
			scroll.toEnd();
		}
	};
}
