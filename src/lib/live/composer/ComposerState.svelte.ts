import { untrack } from 'svelte';
import { messageText, withQuote } from '../../chat/messages/draft.ts';
import type { Reply } from '../../chat/composer/reply.ts';
import { draftRefusals } from '../../chat/text/draft-refusals.ts';
import { keptDraft, localOutboxStorage } from './room-storage.ts';
import { Outbox, type Receipt, type Unsent, type UnsentFile } from './Outbox.svelte.ts';
import type { RoomSync } from '../timeline/RoomSync.svelte.ts';

interface Composer {
	offer: (kept: string) => void;
	clear: () => void;
	box: () => HTMLTextAreaElement;
}

interface Deps {
	/** The room's id; empty if the store is away. */
	room: string;
	feed: RoomSync;
	me: () => { id: string; name: string } | undefined;
	post: (unsent: Unsent, say: (reason: string) => void) => Promise<Receipt>;
	forget?: (files: readonly UnsentFile[]) => void;
	reply?: Reply;
}

/** One person's draft, reply and outbox in a room, while its page is shown. */
export class ComposerState {
	readonly outbox: Outbox;
	composer = $state.raw<Composer>();
	/** In a sentence. Empty after a send, which hides the refusal that the page was rendered with. */
	refusal = $state<string>();
	#reply = $state.raw<Reply>();
	/** Whose text the composer shows. */
	#writer?: string;
	readonly #deps: Deps;

	constructor(deps: Deps) {
		const { room, feed, me, post, forget } = deps;
		this.#deps = deps;
		this.#reply = deps.reply;
		this.outbox = new Outbox({
			post,
			forget,
			onsent: (message) => feed.receive({ kind: 'message', message }),
			storage: localOutboxStorage(room)
		});

		$effect(() => {
			const id = me()?.id;
			if (!id || !room) return;
			const { composer } = this;
			// `untrack`: not again when the outbox changes, because another tab may have half a draft then.
			return untrack(() => {
				const { draft } = this;
				if (this.#writer && this.#writer !== id) {
					// Somebody else signed in: text and reply stay with the draft of the person before.
					composer?.clear();
					this.#reply = undefined;
				}
				this.#writer = id;
				void this.outbox.restore(id);
				const text = composer?.offer(draft?.read() ?? '');
				// Of a share or a refused send: it is kept like what was typed.
				if (text) draft?.write(text);
				this.#answer(this.#reply ?? draft?.reply());
				return composer && draft?.share(() => composer.box().value);
			});
		});
		$effect(() => {
			// `untrack`: the outbox retries at its own pace.
			if (feed.connection.state === 'live') untrack(() => this.outbox.resume());
		});
		// A message received from the room, or held back there, is stored, whatever the answer to its send was.
		$effect(() => {
			for (const { id } of this.outbox.unsent) {
				const received = [...feed.timeline.messages, ...feed.timeline.waiting];
				if (received.some((message) => message.id === id && message.person === me()?.id)) this.outbox.discard(id);
			}
		});
	}

	readonly draft = $derived.by(() => {
		const me = this.#deps.me();
		return me && keptDraft(this.#deps.room, me.id);
	});

	get reply(): Reply | undefined {
		return this.#reply;
	}

	/** Begins a reply, or ends it with `undefined`; the typed text stays. */
	answer = (reply: Reply | undefined): void => {
		this.#answer(reply);
		this.composer?.box().focus();
	};

	#answer(reply: Reply | undefined): void {
		this.#reply = reply;
		this.draft?.answer(reply);
	}

	/** This person's messages that are held back behind a hole are shown as being sent. */
	readonly pending = $derived.by((): readonly Unsent[] => {
		const { feed, me } = this.#deps;
		return [
			...feed.timeline.waiting
				.filter((message) => message.person === me()?.id)
				.map((message): Unsent => ({ ...message, files: undefined, day: '', state: 'sending' })),
			...this.outbox.unsent.map((unsent) => {
				const { message, files } = unsent;
				return files ? { ...unsent, message: [message, ...files.map(({ name }) => name)].join('\n').trim() } : unsent;
			})
		];
	});

	/** @param bytes the store's limit @param take empties the tray; undefined if it refused a file @returns whether the outbox has the text */
	send(typed: string, bytes?: number, take?: () => UnsentFile[] | undefined): boolean {
		const me = this.#deps.me();
		const { re, quote = '', sender = '', text: line = '' } = this.#reply ?? {};
		const text = messageText(withQuote(quote, typed), bytes);
		const isOfFiles = take && !text.ok && text.because === 'empty';
		this.refusal = text.ok || isOfFiles ? '' : draftRefusals[text.because];
		if (this.refusal || !me) return false;
		const files = take?.();
		if (take && !files) return false;
		this.outbox.send({
			day: this.#deps.feed.day,
			person: me.id,
			sender: me.name,
			message: text.ok ? text.text : '',
			...(files && { files }),
			...(re && { re, answered: { sender, text: line } }),
			timestamp: Date.now()
		});
		try {
			this.draft?.sent(typed);
			this.composer?.clear();
			this.answer(undefined);
		} catch (fault) {
			// The outbox has the message: a rethrow would let the form post it again under another id.
			console.error(fault);
		}
		return true;
	}
}
