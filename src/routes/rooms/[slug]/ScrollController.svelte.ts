import { untrack } from 'svelte';
import { MOST_SHOWN_AT_END } from '$lib/chat/limits.ts';
import { lazy } from '$lib/lazy.ts';
import type { Page } from './ScrollController.lazy.ts';

const reading = lazy(() => import('./ScrollController.lazy.ts'));

type Begun = ReturnType<(typeof import('./ScrollController.lazy.ts'))['begin']>;

/** Where the reader is, while the page is shown. What holds their place comes when they first leave the end. */
export class ScrollController {
	/** What scrolls. */
	view = $state.raw<HTMLElement>();
	/** What holds the place of a reader who is not at the end. */
	begun = $state.raw<Begun>();
	readonly #page: Omit<Page, 'view'>;
	/** By the reader, before that code was here. */
	#moved = false;

	constructor(page: Omit<Page, 'view'>) {
		const { timeline } = page.feed;
		/** From here on what is far from the reader has to go: where they are, that code knows. */
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

	/** Opens where the reader was, at the message of a permalink, at the first unread, or, without code, at the end. */
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

	/** By most of what is in view, so that a line of it stays in sight. */
	page = (by: -1 | 1): void => {
		this.view?.scrollBy({ top: by * 0.875 * this.view.clientHeight });
	};

	/** Where there are newer messages, they come first. */
	toEnd = async (): Promise<void> => {
		if (!this.#page.feed.timeline.live) await this.#begin();
		if (this.begun) void this.begun.toEnd();
		// The end of a column that runs from the bottom up.
		else this.view?.scrollTo({ top: 0 });
	};

	async #begin(): Promise<void> {
		const { view } = this;
		if (!view || this.begun) return;
		const part = await reading();
		if (part && this.view === view) this.begun ??= part.begin({ ...this.#page, view, ...(this.#moved && { goal: 0 }) });
	}
}
