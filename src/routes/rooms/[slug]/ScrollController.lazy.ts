/** Loaded when a reader first leaves the end. */
import { HistoryPager } from '$lib/live/timeline/HistoryPager.svelte.ts';
import type { RoomView } from '$lib/live/room-view/RoomView.svelte.ts';
import { ScrollAnchor } from '$lib/ui/scroll/ScrollAnchor.svelte.ts';
import { stand } from '$lib/ui/scroll/scroll-to.ts';
import JumpToLatest from '$lib/ui/scroll/JumpToLatest.svelte';
import { tick } from 'svelte';
import { navigating } from '$app/state';
import { loadMessages } from '$lib/live/api/client.lazy.ts';
import { keepStanding, keptStanding } from '$lib/ui/scroll/scroll-restore.ts';

/** @param goal number of the message to open at; 0 if the reader has scrolled already */
export function begin(view: RoomView, scroller: HTMLElement, goal?: number) {
	const { sync, path, opened } = view;
	const kept = keptStanding();
	const row = goal !== 0 && scroller.querySelector<HTMLElement>(goal ? `#m-${kept?.n ?? goal}` : '#unread');
	if (row) {
		stand(row, scroller, kept?.top);
		// A later focus would scroll.
		if (document.activeElement === document.body) row.focus({ preventScroll: true });
	}
	const page = (place: string) => loadMessages(path, place);
	const at = () => (scroll.atEnd ? undefined : scroll.standing?.n);
	let turned: Promise<void> | undefined;
	const reading: HistoryPager = new HistoryPager(sync, {
		page,
		at,
		me: () => view.me?.id,
		unreadFrom: opened.unreadFrom,
		nearStart: () => scroll.nearStart,
		// Once for all rows that are added and removed together.
		onturn: () => {
			turned ??= tick().then(() => {
				turned = undefined;
				scroll.hold();
			});
		}
	});
	const scroll: ScrollAnchor = new ScrollAnchor(scroller, {
		live: () => reading.live,
		onedge: (edge) => void reading[edge](),
		onrest: () => {
			// During Back, the address is already the next page's while this page still scrolls.
			if (navigating.type === 'popstate') return;
			// The address of a permalink leads to its message, so its page keeps the end as well.
			keepStanding(scroll.atEnd && !opened.marked ? undefined : scroll.standing);
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
		toEnd: async () => {
			scroll.toEnd();
			// If the newest page fails to load, sent messages wait at the end of this page.
			await reading.end().catch(() => undefined);
			await tick();
			scroll.toEnd();
		}
	};
}
