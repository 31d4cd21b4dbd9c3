import { untrack } from 'svelte';
import { MOST_SHOWN_AT_END } from '$lib/chat/limits.ts';
import { lazy } from '$lib/lazy.ts';
import type { RoomView } from '$lib/live/room-view/RoomView.svelte.ts';

const reading = lazy(() => import('./ScrollController.lazy.ts'));

type Begun = ReturnType<(typeof import('./ScrollController.lazy.ts'))['begin']>;

/** Keeps the reader's place. Its code loads when the reader leaves the end, when the page opens elsewhere, or when messages must be removed. */
export class ScrollController {
	begun = $state.raw<Begun>();
	readonly #view: RoomView;
	/** Number of the message to open at. */
	readonly #goal: number | undefined;
	/** Whether the reader scrolled before the code had loaded. */
	#moved = false;

	constructor(view: RoomView, goal: number | undefined) {
		const { timeline } = view;
		/** From this count on, messages far from the reader are removed, which needs the code. */
		const many = $derived(timeline.messages.length > MOST_SHOWN_AT_END);
		this.#view = view;
		this.#goal = goal;
		$effect(() => {
			const scroll = this.begun?.scroll;
			return untrack(() => scroll?.start(this.#moved));
		});
		$effect(() => {
			if (many) void this.#begin().then(() => this.begun?.reading.trim());
		});
	}

	/** Opens at the kept place, the message of a permalink or the first unread; or at the end, without the code. */
	attach = (scroller: HTMLElement): (() => void) => {
		this.#view.scroller = scroller;
		untrack(() => {
			const leave = () => {
				this.#moved = true;
				void this.#begin();
			};
			if (this.#goal || scroller.querySelector('#unread')) {
				this.#view.isPlaced = false;
				void this.#begin();
			}
			// Scrolled before the page was hydrated.
			else if (scroller.scrollTop) leave();
			else {
				if (!this.#view.timeline.live) void this.#begin();
				scroller.addEventListener('scroll', leave, { once: true });
			}
		});
		return () => (this.#view.scroller = undefined);
	};

	/** Scrolls by 7/8 of the view, so that a line stays in sight. */
	page = (by: -1 | 1): void => {
		const { scroller } = this.#view;
		scroller?.scrollBy({ top: by * 0.875 * scroller.clientHeight });
	};

	/** Loads newer messages first. */
	toEnd = async (): Promise<void> => {
		if (!this.#view.timeline.live) await this.#begin();
		if (this.begun) void this.begun.toEnd();
		// Scroll offset 0 is the end: the column runs from the bottom up.
		else this.#view.scroller?.scrollTo({ top: 0 });
	};

	async #begin(): Promise<void> {
		const { scroller } = this.#view;
		if (!scroller || this.begun) return;
		const part = await reading();
		if (part && this.#view.scroller === scroller)
			this.begun ??= part.begin(this.#view, scroller, this.#moved ? 0 : this.#goal);
		this.#view.isPlaced = true;
	}
}
