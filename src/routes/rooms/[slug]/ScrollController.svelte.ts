import { untrack } from 'svelte';
import { MOST_SHOWN_AT_END } from '$lib/chat/limits.ts';
import { lazy } from '$lib/lazy.ts';
import type { Page } from './ScrollController.lazy.ts';

const reading = lazy(() => import('./ScrollController.lazy.ts'));

type Begun = ReturnType<(typeof import('./ScrollController.lazy.ts'))['begin']>;

/** Keeps the reader's place. The code for it loads when the reader first leaves the end. */
export class ScrollController {
	view = $state.raw<HTMLElement>();
	begun = $state.raw<Begun>();
	readonly #page: Omit<Page, 'view'>;
	/** Whether the reader scrolled before the code had loaded. */
	#moved = false;

	constructor(page: Omit<Page, 'view'>) {
		const { timeline } = page.feed;
		/** From this count on, messages far from the reader are removed, which needs the code. */
		const many = $derived(timeline.messages.length > MOST_SHOWN_AT_END);
		this.#page = page;
		$effect(() => {
			const scroll = this.begun?.scroll;
			return untrack(() => scroll?.start(this.#moved));
		});
		$effect(() => {
			if (many) void this.#begin().then(() => this.begun?.reading.trim());
		});
	}

	/** Opens at the kept place, the message of a permalink or the first unread; or at the end, without the code. */
	scroller = (view: HTMLElement): (() => void) => {
		this.view = view;
		untrack(() => {
			const leave = () => {
				this.#moved = true;
				void this.#begin();
			};
			const { feed, goal } = this.#page;
			if (goal || !feed.timeline.live || view.querySelector('#unread')) void this.#begin();
			else view.addEventListener('scroll', leave, { once: true });
		});
		return () => (this.view = undefined);
	};

	/** Scrolls by 7/8 of the view, so that a line stays in sight. */
	page = (by: -1 | 1): void => {
		this.view?.scrollBy({ top: by * 0.875 * this.view.clientHeight });
	};

	/** Loads newer messages first. */
	toEnd = async (): Promise<void> => {
		if (!this.#page.feed.timeline.live) await this.#begin();
		if (this.begun) void this.begun.toEnd();
		// Scroll offset 0 is the end: the column runs from the bottom up.
		else this.view?.scrollTo({ top: 0 });
	};

	async #begin(): Promise<void> {
		const { view } = this;
		if (!view || this.begun) return;
		const part = await reading();
		if (part && this.view === view) this.begun ??= part.begin({ ...this.#page, view, ...(this.#moved && { goal: 0 }) });
	}
}
