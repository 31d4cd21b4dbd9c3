import { lazy } from '$lib/lazy.ts';
import { readReactionToggle } from '$lib/chat/messages/reaction-toggle.ts';
import type { PendingChanges } from '$lib/live/timeline/PendingChanges.svelte.ts';
import type { RoomView } from '$lib/live/room-view/RoomView.svelte.ts';
import type { ShownMessage } from '$lib/chat/messages/message-view.ts';

const changingPart = lazy(() => import('./MessageActions.lazy.ts'));

/** In milliseconds; a browser shows its own menu after 500. */
const LONG_PRESS = 450;

export type Changing = typeof import('./MessageActions.lazy.ts');

/** The actions on a page's messages. Their code loads with the first use. */
export class MessageActions {
	/** Number of the message with open actions. */
	open = $state<number>();
	/** Number of the message whose editor was opened from the composer, which gets the focus back. */
	edited = $state<number>();
	begun = $state.raw<ReturnType<Changing['begin']>>();
	/** The messages, once a pointer or the focus has reached one: it shows its toolbar. */
	log = $state.raw<HTMLElement>();
	readonly #view: RoomView;
	/** The code of the toolbar was asked for, once for each page. */
	#asked = false;

	/** @param changing the code, if the page has loaded it */
	constructor(view: RoomView, changing?: Changing) {
		this.#view = view;
		if (changing) this.#begin(changing);
	}

	/** The room's messages with this person's pending changes. */
	get messages(): readonly ShownMessage[] {
		const { me, messages } = this.#view;
		return (me && this.begun?.mine.shown(messages, me)) ?? messages;
	}

	more = (event: MouseEvent, n: number): void => {
		if (event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		this.edited = undefined;
		void this.#change(n, () => (this.open = this.open === n ? undefined : n));
	};

	/** Opens the actions of message `n`. Resolves when they are open. */
	openMenu = async (n: number): Promise<void> => {
		if (this.open === n) return;
		this.edited = undefined;
		await this.#change(n, () => (this.open = n));
	};

	/** Attached to the messages: loads the toolbar when one is needed, and opens the actions at a long press. */
	reach = (log: HTMLElement) => {
		let timer: ReturnType<typeof setTimeout>;
		const reached = (event: Event): void => {
			const { type, pointerType, target } = event as PointerEvent;
			clearTimeout(timer);
			const more = (target as Element).closest('article')?.querySelector<HTMLElement>('.more');
			if (!more) return;
			if (pointerType !== 'touch') void this.#showToolbar(log);
			else if (type === 'pointerdown' && !(target as Element).closest('a, button, summary, input, textarea, pre')) {
				timer = setTimeout(() => void this.openMenu(Number(more.closest('article')?.id.slice(2))), LONG_PRESS);
			}
		};
		// A scroll cancels the pointer.
		const types = ['pointerover', 'focusin', 'pointerdown', 'pointerup', 'pointercancel'];
		for (const type of types) log.addEventListener(type, reached);
		return () => clearTimeout(timer);
	};

	react = (event: SubmitEvent): void => {
		const toggle = readReactionToggle((event.submitter as HTMLButtonElement).value);
		if (!toggle) return;
		event.preventDefault();
		void this.#change(toggle.n, (mine) => void mine.react(toggle));
	};

	edit = (event: Event, n: number): void => {
		event.preventDefault();
		this.open = undefined;
		void this.#change(n, () => (this.open = this.edited = n));
	};

	close = (): void => {
		if (this.edited === this.open) this.#view.composer.composer?.box().focus();
		this.open = this.edited = undefined;
	};

	async #showToolbar(log: HTMLElement): Promise<void> {
		if (this.#asked) return;
		this.#asked = true;
		const changing = await changingPart();
		// Without the code, each message still has its link “Actions”.
		if (!changing) return;
		this.#begin(changing);
		this.log = log;
	}

	#begin({ begin }: Changing) {
		return (this.begun ??= begin(this.#view, this.openMenu));
	}

	async #change(n: number, make: (mine: PendingChanges) => void): Promise<void> {
		const changing = this.begun ? undefined : await changingPart();
		const begun = changing ? this.#begin(changing) : this.begun;
		if (begun) make(begun.mine);
		// Without the code, the permalink offers the same actions.
		else location.assign(this.#view.permalink(n));
	}
}
