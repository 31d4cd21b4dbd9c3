import { lazy } from '$lib/lazy.ts';
import { readReactionToggle } from '$lib/chat/messages/reaction-toggle.ts';
import type { PendingChanges } from '$lib/live/timeline/PendingChanges.svelte.ts';
import type { RoomView } from '$lib/live/room-view/RoomView.svelte.ts';
import type { ShownMessage } from '$lib/chat/messages/message-view.ts';

const changingPart = lazy(() => import('./MessageActions.lazy.ts'));

export type Changing = typeof import('./MessageActions.lazy.ts');

/** The actions on a page's messages. Their code loads with the first use. */
export class MessageActions {
	/** Number of the message with open actions. */
	open = $state<number>();
	/** Number of the message whose editor was opened from the composer, which gets the focus back. */
	edited = $state<number>();
	begun = $state.raw<ReturnType<Changing['begin']>>();
	readonly #view: RoomView;

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

	#begin({ begin }: Changing) {
		return (this.begun ??= begin(this.#view));
	}

	async #change(n: number, make: (mine: PendingChanges) => void): Promise<void> {
		const changing = this.begun ? undefined : await changingPart();
		const begun = changing ? this.#begin(changing) : this.begun;
		if (begun) make(begun.mine);
		// Without the code, the permalink offers the same actions.
		else location.assign(this.#view.permalink(n));
	}
}
