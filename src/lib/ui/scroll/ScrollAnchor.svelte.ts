import { heldRow, isAtEnd, nearEdge, type Edge } from './scroll-geometry.ts';
import { stand, topOf } from './scroll-to.ts';

/** Where a reader is: this message begins so many pixels below the upper edge. */
export interface Standing {
	n: number;
	top: number;
}

interface Listener {
	/** Whether the list ends at the newest message, so that its end is worth following. */
	live: () => boolean;
	/** The reader comes near an end of what is here. */
	onedge: (edge: Edge) => void;
	/** The reader has scrolled, and stopped. */
	onrest: () => void;
	/** The reader is at the end, or still there when something came. */
	onend: () => void;
}

/** Scrolling has stopped when nothing was heard of it for so long, in milliseconds. Browsers limit how often an address may change. */
const REST = 250;

/**
 * Holds what is read where it is. The list runs from the bottom up, so that what is put in above moves nothing by itself;
 * for everything else the rows in view are remembered, and whatever changes the heights, before it is painted, the list is
 * scrolled until the first of them stands where it stood. At the end, the end is what is held.
 */
export class ScrollAnchor {
	readonly #view: HTMLElement;
	readonly #ear: Listener;
	#near = $state(true);
	/** The end is more than a view away. */
	#far = $state(false);
	/** How much of the list is above what is in view, in pixels. */
	#above = 0;
	/** The rows in view, and where they stand. */
	#rows: { row: HTMLElement; top: number }[] = [];
	/** Where the list was when it was last looked at; anything else is the reader. */
	#ours = 0;
	#moved = false;
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(view: HTMLElement, ear: Listener) {
		this.#view = view;
		this.#ear = ear;
		this.#near = isAtEnd(view.scrollTop);
	}

	/** What comes is followed. */
	get atEnd(): boolean {
		return this.#near && this.#ear.live();
	}

	/** The end is more than a view below what is in view. */
	get isFar(): boolean {
		return this.#far;
	}

	/** Less than two views are above what is in view: soon more is to be there. */
	get nearStart(): boolean {
		return this.#above < 2 * this.#view.clientHeight;
	}

	get standing(): Standing | undefined {
		const [first] = this.#rows;
		return first && { n: Number(first.row.id.slice(2)), top: first.top };
	}

	/**
	 * Begins to hold.
	 * @param moved the reader has scrolled already
	 * @returns what ends it
	 */
	start(moved: boolean): () => void {
		const view = this.#view;
		this.#moved = moved;
		this.#look();
		view.addEventListener('scroll', this.#scrolled);
		// It tells of all it is given at once, when nothing has changed: who has just left the end is not taken back to it.
		let told = !moved;
		const heights = new ResizeObserver(() => {
			if (told) this.hold();
			told = true;
		});
		for (const element of [view, view.firstElementChild]) if (element) heights.observe(element);
		return () => {
			view.removeEventListener('scroll', this.#scrolled);
			heights.disconnect();
			clearTimeout(this.#rest);
		};
	}

	/** Something in the list may have moved. */
	hold = (): void => {
		this.#near = isAtEnd(this.#view.scrollTop);
		if (this.atEnd) this.#view.scrollTop = 0;
		else this.#restore();
		this.#look();
	};

	toEnd(): void {
		this.#view.scrollTop = 0;
		this.#scrolled();
	}

	#scrolled = (): void => {
		const by = this.#view.scrollTop - this.#ours;
		if (Math.abs(by) < 1) return;
		this.#moved = true;
		clearTimeout(this.#rest);
		this.#rest = setTimeout(this.#ear.onrest, REST);
		if (!isAtEnd(this.#view.scrollTop)) this.#restore();
		this.#look();
	};

	/** The reader moved the list by so much, and no more: something may have come in the same frame. */
	#restore(): void {
		const by = this.#view.scrollTop - this.#ours;
		for (const held of this.#rows) held.top -= by;
		const held = this.#rows.find(({ row }) => row.isConnected);
		if (held) stand(held.row, this.#view, held.top);
	}

	#look(): void {
		const view = this.#view;
		const { clientHeight, scrollHeight, scrollTop } = view;
		this.#ours = scrollTop;
		this.#near = isAtEnd(scrollTop);
		const rows = [...view.querySelectorAll<HTMLElement>('[id^="m-"]')];
		const tops = (row: number) => (rows[row] ? topOf(rows[row], view) : 0);
		this.#rows = [];
		for (let at = heldRow(rows.length, tops, clientHeight); at < rows.length; at++) {
			const row = rows[at];
			const top = tops(at);
			if (!row || (top >= clientHeight && this.#rows.length > 0)) break;
			this.#rows.push({ row, top });
		}
		const below = Math.abs(scrollTop);
		this.#above = scrollHeight - clientHeight - below;
		this.#far = below > clientHeight;
		if (this.atEnd) this.#ear.onend();
		if (!this.#moved) return;
		const edge = nearEdge(this.#above, below, clientHeight);
		if (edge) this.#ear.onedge(edge);
	}
}
