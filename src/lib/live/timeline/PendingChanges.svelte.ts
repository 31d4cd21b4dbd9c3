import type { Change } from '../../chat/messages/change.ts';
import { writeReactionToggle, type ReactionToggle } from '../../chat/messages/reaction-toggle.ts';
import { changed, UNNUMBERED, type ShownMessage } from '../../chat/messages/message-view.ts';

/** What came of a change: the server's entry, or a sentence. */
export type ChangeReceipt = { change: Change } | { reason: string };

interface Door {
	post: (kind: 'edit' | 'delete' | 'react', fields: Record<string, string>) => Promise<ChangeReceipt>;
	/** The server has agreed. */
	onchange: (change: Change) => void;
}

/** An edit that was refused when its editor was gone: the text, and why. */
export interface LostEdit {
	message: string;
	error: string;
}

/** What I do to messages. A reaction is shown at once, and goes back if it is refused. */
export class PendingChanges {
	/** What I think and the server has not agreed to, in the order in which I thought it. */
	#minds = $state.raw<readonly ReactionToggle[]>([]);
	#refusals = $state.raw<ReadonlyMap<number, string>>(new Map());
	/** What was typed into an editor that had closed when it was refused, by the number of its message. */
	readonly #lost = new Map<number, LostEdit>();
	readonly #door: Door;
	#flight: Promise<unknown> = Promise.resolve();

	constructor(door: Door) {
		this.#door = door;
	}

	/** Why my last reaction to a message was refused, or an edit whose editor is gone, by its number. */
	get refusals(): ReadonlyMap<number, string> {
		return this.#refusals;
	}

	/** The messages as they are when the server agrees to all that I think. */
	shown(messages: readonly ShownMessage[], me: { id: string; name: string }): readonly ShownMessage[] {
		if (this.#minds.length === 0) return messages;
		return messages.map((message) => this.#minds.filter(({ n }) => n === message.n).reduce(agreed, message));

		function agreed(message: ShownMessage, { n, emoji, on }: ReactionToggle): ShownMessage {
			// A later thought takes the place of one that is still on its way: both stand above every number.
			const rest = message.reactions?.filter(
				(held) => held.m !== UNNUMBERED || held.emoji !== emoji || held.person !== me.id
			);
			const change = { m: UNNUMBERED, n, timestamp: 0, person: me.id, name: me.name, emoji, on };
			return changed({ ...message, reactions: rest }, { kind: 'react', ...change });
		}
	}

	/** One after the other: on and off again must not overtake each other. */
	react(mind: ReactionToggle): Promise<void> {
		this.#minds = [...this.#minds, mind];
		this.#refuse(mind.n, undefined);
		const flight = this.#flight.then(async () => {
			const refusal = await this.#make('react', { reaction: writeReactionToggle(mind) });
			this.#minds = this.#minds.filter((held) => held !== mind);
			if (refusal) this.#refuse(mind.n, refusal);
		});
		this.#flight = flight;
		return flight;
	}

	/**
	 * @param isClosed whether the editor is gone: then its text is kept for the next one
	 * @returns why it was refused; the text is the editor's until then
	 */
	async edit(n: number, message: string, isClosed = () => false): Promise<string | undefined> {
		this.#refuse(n, undefined);
		const error = await this.#make('edit', { n: String(n), message });
		if (error && isClosed()) {
			this.#lost.set(n, { message, error });
			this.#refuse(n, error);
		}
		return error;
	}

	/** What the message's next editor begins with, if its last one was gone too early. */
	takeLost(n: number): LostEdit | undefined {
		const lost = this.#lost.get(n);
		if (lost) this.#refuse(n, undefined);
		this.#lost.delete(n);
		return lost;
	}

	/** @returns why it was refused */
	remove(n: number): Promise<string | undefined> {
		return this.#make('delete', { n: String(n) });
	}

	async #make(...asked: Parameters<Door['post']>): Promise<string | undefined> {
		const receipt = await this.#door.post(...asked);
		if ('reason' in receipt) return receipt.reason;
		this.#door.onchange(receipt.change);
		return undefined;
	}

	#refuse(n: number, reason: string | undefined): void {
		const refusals = new Map(this.#refusals);
		if (reason) refusals.set(n, reason);
		else refusals.delete(n);
		this.#refusals = refusals;
	}
}
