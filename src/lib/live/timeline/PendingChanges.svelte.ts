import type { Change } from '../../chat/messages/change.ts';
import { writeReactionToggle, type ReactionToggle } from '../../chat/messages/reaction-toggle.ts';
import { changed, UNNUMBERED, type ShownMessage } from '../../chat/messages/message-view.ts';

export type ChangeReceipt = { change: Change } | { reason: string };

interface Deps {
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
	#toggles = $state.raw<readonly ReactionToggle[]>([]);
	#refusals = $state.raw<ReadonlyMap<number, string>>(new Map());
	readonly #lost = new Map<number, LostEdit>();
	readonly #deps: Deps;
	#lastPost: Promise<unknown> = Promise.resolve();

	constructor(deps: Deps) {
		this.#deps = deps;
	}

	/** By message number: why the last reaction, or an edit with a closed editor, was refused. */
	get refusals(): ReadonlyMap<number, string> {
		return this.#refusals;
	}

	shown(messages: readonly ShownMessage[], me: { id: string; name: string }): readonly ShownMessage[] {
		if (this.#toggles.length === 0) return messages;
		return messages.map((message) => this.#toggles.filter(({ n }) => n === message.n).reduce(withToggle, message));

		function withToggle(message: ShownMessage, { n, emoji, on }: ReactionToggle): ShownMessage {
			// A later pending toggle replaces an earlier one: both are {@link UNNUMBERED}.
			const rest = message.reactions?.filter(
				(reaction) => reaction.m !== UNNUMBERED || reaction.emoji !== emoji || reaction.person !== me.id
			);
			const change = { m: UNNUMBERED, n, timestamp: 0, person: me.id, name: me.name, emoji, on };
			return changed({ ...message, reactions: rest }, { kind: 'react', ...change });
		}
	}

	/** Posted one at a time, so that on and off do not overtake each other. */
	react(toggle: ReactionToggle): Promise<void> {
		this.#toggles = [...this.#toggles, toggle];
		this.#refuse(toggle.n, undefined);
		const post = this.#lastPost.then(async () => {
			const refusal = await this.#post('react', { reaction: writeReactionToggle(toggle) });
			this.#toggles = this.#toggles.filter((pending) => pending !== toggle);
			if (refusal) this.#refuse(toggle.n, refusal);
		});
		this.#lastPost = post;
		return post;
	}

	/** `isClosed`: the editor is gone, so its text is kept for the next one. @returns the refusal */
	async edit(n: number, message: string, isClosed = () => false): Promise<string | undefined> {
		this.#refuse(n, undefined);
		const error = await this.#post('edit', { n: String(n), message });
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
		return this.#post('delete', { n: String(n) });
	}

	async #post(...args: Parameters<Deps['post']>): Promise<string | undefined> {
		const receipt = await this.#deps.post(...args);
		if ('reason' in receipt) return receipt.reason;
		this.#deps.onchange(receipt.change);
		return undefined;
	}

	#refuse(n: number, reason: string | undefined): void {
		const refusals = new Map(this.#refusals);
		if (reason) refusals.set(n, reason);
		else refusals.delete(n);
		this.#refusals = refusals;
	}
}
