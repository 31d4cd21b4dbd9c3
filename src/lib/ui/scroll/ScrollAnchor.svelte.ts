import { heldRow, isAtEnd, nearEdge, type Edge } from './scroll-geometry.ts';
import { stand, topOf } from './scroll-to.ts';

/** A reader's position: message `n` begins `top` pixels below the upper edge of the view. */
export interface Standing {
	n: number;
	top: number;
}

interface Listener {
	/** Whether the list ends at the newest message. */
	live: () => boolean;
	onedge: (edge: Edge) => void;
	onrest: () => void;
	/** Called at each check while the reader is at the end of a live list. */
	onend: () => void;
}

/** In milliseconds without a scroll event. Browsers limit how often an address may change. */
const REST = 250;

/**
 * The list is a reversed column, so insertions above move nothing; after other changes of height, it is scrolled before paint until the
 * first remembered row is at its old place. At the end of a live list, the end is kept instead.
 */
export class ScrollAnchor {
	readonly #view: HTMLElement;
	readonly #ear: Listener;
	#near = $state(true);
	#far = $state(false);
	/** Height above the view, in pixels. */
	#above = 0;
	#rows: { row: HTMLElement; top: number }[] = [];
	/** Scroll offset at the last check; a difference is the reader's. */
	#ours = 0;
	#moved = false;
	/** Whether the list reached to the newest message at the last check. */
	#wasLive = true;
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(view: HTMLElement, ear: Listener) {
		this.#view = view;
		this.#ear = ear;
		this.#near = isAtEnd(view.scrollTop);
	}

	/** Whether new messages are followed. */
	get atEnd(): boolean {
		return this.#near && this.#ear.live();
	}

	/** Whether the end is more than one view below the view. */
	get isFar(): boolean {
		return this.#far;
	}

	/** Whether less than two views are above the view. */
	get nearStart(): boolean {
		return this.#above < 2 * this.#view.clientHeight;
	}

	get standing(): Standing | undefined {
		const [first] = this.#rows;
		return first && { n: Number(first.row.id.slice(2)), top: first.top };
	}

	/** `moved`: the reader has scrolled already. @returns a function that stops it */
	start(moved: boolean): () => void {
		const view = this.#view;
		this.#moved = moved;
		if (moved) this.#rest = setTimeout(this.#ear.onrest, REST);
		this.#look();
		view.addEventListener('scroll', this.#scrolled);
		// The observer's first call reports no change; it must not take a reader who just left the end back.
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

	/** Call after a change of the list. */
	hold = (): void => {
		this.#near = isAtEnd(this.#view.scrollTop);
		// Who has read to the end of a part of the list goes on there when the newest part arrives.
		if (this.atEnd && this.#wasLive) this.#view.scrollTop = 0;
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

	/** Moves the rows by the reader's scrolling only: a change may have happened in the same frame. */
	#restore(): void {
		const { clientHeight, scrollHeight, scrollTop } = this.#view;
		// A list that became shorter may have no such offset any more: the browser's move to its start moves no row.
		const by = scrollTop - Math.max(this.#ours, clientHeight - scrollHeight);
		for (const held of this.#rows) held.top -= by;
		const held = this.#rows.find(({ row }) => row.isConnected);
		if (held) stand(held.row, this.#view, held.top);
	}

	#look(): void {
		const view = this.#view;
		const { clientHeight, scrollHeight, scrollTop } = view;
		this.#ours = scrollTop;
		this.#near = isAtEnd(scrollTop);
		this.#wasLive = this.#ear.live();
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
