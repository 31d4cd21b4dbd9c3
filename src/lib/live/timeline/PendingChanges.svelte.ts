import type { Change } from '../../chat/messages/change.ts';
import { writeReactionToggle, type ReactionToggle } from '../../chat/messages/reaction-toggle.ts';
import { changed, UNNUMBERED, type ShownMessage } from '../../chat/messages/message-view.ts';

export type ChangeReceipt = { change: Change } | { reason: string };

interface Door {
	post: (kind: 'edit' | 'delete' | 'react', fields: Record<string, string>) => Promise<ChangeReceipt>;
	onchange: (change: Change) => void;
}

/** A refused edit whose editor was already closed. */
export interface LostEdit {
	message: string;
	error: string;
}

/** A person's changes to messages. A reaction is shown at once, and taken back if it is refused. */
export class PendingChanges {
	/** Reactions without an answer, oldest first. */
	#minds = $state.raw<readonly ReactionToggle[]>([]);
	#refusals = $state.raw<ReadonlyMap<number, string>>(new Map());
	readonly #lost = new Map<number, LostEdit>();
	readonly #door: Door;
	#flight: Promise<unknown> = Promise.resolve();

	constructor(door: Door) {
		this.#door = door;
	}

	/** By message number: why the last reaction, or an edit with a closed editor, was refused. */
	get refusals(): ReadonlyMap<number, string> {
		return this.#refusals;
	}

	shown(messages: readonly ShownMessage[], me: { id: string; name: string }): readonly ShownMessage[] {
		if (this.#minds.length === 0) return messages;
		return messages.map((message) => this.#minds.filter(({ n }) => n === message.n).reduce(agreed, message));

		function agreed(message: ShownMessage, { n, emoji, on }: ReactionToggle): ShownMessage {
			// A later pending toggle replaces an earlier one: both are {@link UNNUMBERED}.
			const rest = message.reactions?.filter(
				(held) => held.m !== UNNUMBERED || held.emoji !== emoji || held.person !== me.id
			);
			const change = { m: UNNUMBERED, n, timestamp: 0, person: me.id, name: me.name, emoji, on };
			return changed({ ...message, reactions: rest }, { kind: 'react', ...change });
		}
	}

	/** Posted one at a time, so that on and off do not overtake each other. */
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

	/** `isClosed`: the editor is gone, so its text is kept for the next one. @returns the refusal */
	async edit(n: number, message: string, isClosed = () => false): Promise<string | undefined> {
		this.#refuse(n, undefined);
		const error = await this.#make('edit', { n: String(n), message });
		if (error && isClosed()) {
			this.#lost.set(n, { message, error });
			this.#refuse(n, error);
		}
		return error;
	}

	/** The refused text that the message's next editor begins with. Returned once. */
	takeLost(n: number): LostEdit | undefined {
		const lost = this.#lost.get(n);
		if (lost) this.#refuse(n, undefined);
		this.#lost.delete(n);
		return lost;
	}

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
