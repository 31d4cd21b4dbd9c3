import { lazy } from '$lib/lazy.ts';
import { readReactionToggle } from '$lib/chat/messages/reaction-toggle.ts';
import type { PendingChanges } from '$lib/live/timeline/PendingChanges.svelte.ts';
import type { RoomListSync } from '$lib/live/rooms/RoomListSync.svelte.ts';
import type { Timeline } from '$lib/live/timeline/Timeline.svelte.ts';

const changingPart = lazy(() => import('./MessageActions.lazy.ts'));

export type Changing = typeof import('./MessageActions.lazy.ts');

interface Page {
	timeline: Timeline;
	list: RoomListSync;
	/** The room's id; `room` is its path. */
	id: string;
	room: string;
	permalink: (n: number) => string;
	/** The composer's textarea. */
	box: () => HTMLElement | undefined;
}

/** The actions on a page's messages. Their code loads with the first use. */
export class MessageActions {
	/** Number of the message with open actions. */
	open = $state<number>();
	/** Number of the message whose editor was opened from the composer, which gets the focus back. */
	edited = $state<number>();
	begun = $state.raw<ReturnType<Changing['begin']>>();
	readonly #page: Page;

	/** @param changing the code, if the page has loaded it */
	constructor(page: Page, changing?: Changing) {
		this.#page = page;
		if (changing) this.#begin(changing);
	}

	more = (event: MouseEvent, n: number): void => {
		if (event.ctrlKey || event.metaKey || event.shiftKey) return;
		this.edited = undefined;
		void this.#change(event, n, () => (this.open = this.open === n ? undefined : n));
	};

	react = (event: SubmitEvent): void => {
		const mind = readReactionToggle((event.submitter as HTMLButtonElement).value);
		if (mind) void this.#change(event, mind.n, (mine) => void mine.react(mind));
	};

	edit = (event: Event, n: number): void => {
		this.open = undefined;
		void this.#change(event, n, () => (this.open = this.edited = n));
	};

	close = (): void => {
		if (this.edited === this.open) this.#page.box()?.focus();
		this.open = this.edited = undefined;
	};

	#begin({ begin }: Changing) {
		const { timeline, room, list, id } = this.#page;
		return (this.begun ??= begin(timeline, room, list, id));
	}

	async #change(event: Event, n: number, make: (mine: PendingChanges) => void): Promise<void> {
		event.preventDefault();
		const changing = this.begun ? undefined : await changingPart();
		const begun = changing ? this.#begin(changing) : this.begun;
		if (begun) make(begun.mine);
		// Without the code, the permalink offers the same actions.
		else location.assign(this.#page.permalink(n));
	}
}
