import { untrack } from 'svelte';
import { messageText, withQuote } from '../../chat/messages/draft.ts';
import type { Reply } from '../../chat/composer/quote.ts';
import { draftRefusals } from '../../chat/text/error-texts.ts';
import { keptDraft, keptUnsent } from './room-storage.ts';
import { Outbox, type Receipt, type Unsent } from './Outbox.svelte.ts';
import type { RoomSync } from '../timeline/RoomSync.svelte.ts';

/** Where somebody writes. */
interface Composer {
	/** Puts in what was kept of an earlier visit. */
	offer: (kept: string) => void;
	clear: () => void;
	box: () => HTMLTextAreaElement;
}

interface Door {
	/** The room's id; none, where the store is away. */
	room: string;
	feed: RoomSync;
	me: () => { id: string; name: string } | undefined;
	post: (unsent: Unsent) => Promise<Receipt>;
	/** What the page came with to be answered. */
	reply?: Reply;
}

/** What I write in a room, while its page is shown: begun, refused, on its way, and heard back. */
export class ComposerState {
	readonly outbox: Outbox;
	composer = $state.raw<Composer>();
	/** Why what stands in the box cannot be sent, in a sentence; empty once something was: what the page came with is over. */
	refusal = $state<string>();
	/** What is answered. */
	#reply = $state.raw<Reply>();
	readonly #door: Door;

	constructor(door: Door) {
		const { room, feed, me, post } = door;
		this.#door = door;
		this.#reply = door.reply;
		this.outbox = new Outbox({
			post,
			onsent: (message) => feed.hear({ kind: 'message', message }),
			keep: keptUnsent(room)
		});

		$effect(() => {
			const id = me()?.id;
			if (!id || !room) return;
			const { composer } = this;
			// Once: not whenever the outbox changes, when another tab may have a thought of its own half written.
			return untrack(() => {
				const { draft } = this;
				this.outbox.restore(id);
				composer?.offer(draft?.read() ?? '');
				this.#answer(this.#reply ?? draft?.reply());
				return composer && draft?.share(() => composer.box().value);
			});
		});
		$effect(() => {
			// Not again whenever the outbox changes: it has a pace of its own.
			if (feed.connection.state === 'live') untrack(() => this.outbox.resume());
		});
		// Heard back from the room, a message is stored, whatever became of the answer to its send: also one that is held back.
		$effect(() => {
			for (const { id } of this.outbox.unsent) {
				const heard = [...feed.timeline.messages, ...feed.timeline.waiting];
				if (heard.some((message) => message.id === id && message.person === me()?.id)) this.outbox.discard(id);
			}
		});
	}

	/** What I have begun to write. */
	readonly draft = $derived.by(() => {
		const me = this.#door.me();
		return me && keptDraft(this.#door.room, me.id);
	});

	get reply(): Reply | undefined {
		return this.#reply;
	}

	/** Begins a reply, or makes it a message of its own; what is typed stays. */
	answer = (reply: Reply | undefined): void => {
		this.#answer(reply);
		this.composer?.box().focus();
	};

	#answer(reply: Reply | undefined): void {
		this.#reply = reply;
		this.draft?.answer(reply);
	}

	/** My own messages that are held back by someone's hole are on their way, as far as I can see. */
	readonly pending = $derived.by((): readonly Unsent[] => {
		const { feed, me } = this.#door;
		return [
			...feed.timeline.waiting
				.filter((message) => message.person === me()?.id)
				.map((message): Unsent => ({ ...message, day: '', state: 'sending' })),
			...this.outbox.unsent
		];
	});

	/**
	 * @param bytes how many the store has for the text
	 * @returns whether it is on its way
	 */
	send(typed: string, bytes?: number): boolean {
		const me = this.#door.me();
		const text = messageText(withQuote(this.#reply?.quote ?? '', typed), bytes);
		this.refusal = text.ok ? '' : draftRefusals[text.because];
		if (!text.ok || !me) return false;
		this.outbox.send({
			day: this.#door.feed.day,
			person: me.id,
			sender: me.name,
			message: text.text,
			timestamp: Date.now()
		});
		try {
			this.draft?.sent(typed);
			this.composer?.clear();
			this.answer(undefined);
		} catch (fault) {
			// The outbox has it: thrown on, the form would post it a second time under another id.
			console.error(fault);
		}
		return true;
	}
}
