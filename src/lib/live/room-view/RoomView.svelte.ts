import type { Role } from '../../chat/people/role.ts';
import type { QuietHours } from '../../chat/people/quiet-hours.ts';
import { untrack } from 'svelte';
import type { Reply } from '../../chat/composer/reply.ts';
import type { Here } from '../../chat/people/presence.ts';
import type { RoomDetails } from '../../chat/rooms/room-details.ts';
import type { SentNotice } from '../../chat/text/unnotified.ts';
import { lazy } from '../../lazy.ts';
import { loadCards, NO_CONNECTION, loadSince, markRead, sendPresence } from '../api/client.ts';
import { ComposerState } from '../composer/ComposerState.svelte.ts';
import { randomId, type Receipt, type Unsent } from '../composer/Outbox.svelte.ts';
import type { RoomFiles } from '../files/RoomFiles.lazy.svelte.ts';
import { readTrayId } from '../files/tray-id.ts';
import type { CardLoader } from '../timeline/answered.lazy.ts';
import type { PeopleFinder } from '../people/PeopleFinder.lazy.ts';
import { choices } from '../preferences/preferences.ts';
import { RoomPresence } from '../presence/RoomPresence.svelte.ts';
import { trackReading } from '../reading/ReadTracker.svelte.ts';
import type { RoomListSync } from '../rooms/RoomListSync.svelte.ts';
import { RoomSync } from '../timeline/RoomSync.svelte.ts';
import type { OpenedPage } from '../timeline/timeline-merge.ts';

/** Age of a page whose code failed to load. */
const RELOAD_AFTER_MS = 60_000;

const sending = lazy(() => import('../api/send.lazy.ts'));
const roomFiles = lazy(() => import('../files/RoomFiles.lazy.svelte.ts'));
const peopleFinder = lazy(() => import('../people/PeopleFinder.lazy.ts'));
const cardLoader = lazy(() => import('../timeline/answered.lazy.ts'));
const messageSound = lazy(() => import('../preferences/message-sound.ts'));

/** What the server rendered. Loaded again when the session changes. */
export interface RoomPageData {
	me?: { id: string; name: string; role: Role; quietHours?: QuietHours };
	/** Absent while the store is away. */
	room?: RoomDetails;
	heard?: string;
	/** Absent where presence is switched off. */
	here?: Here;
	page: OpenedPage;
	/** The number that a permalink points at. */
	marked?: number;
	reply?: Reply;
	readTo?: number;
	unreadFrom?: number;
	now: number;
	ids: { day: string };
	/** Most bytes of a file; 0 where uploads are off. */
	uploadMax?: number;
}

interface Deps {
	data: () => RoomPageData;
	/** The room's path. */
	path: string;
	list: RoomListSync;
	/** The reply of a send that was refused without a script. */
	reply?: Reply;
	/** The session has ended, or belongs to another person: loads the page's data again. */
	onsession: () => void;
}

export class RoomView {
	/** The room's id; empty where the store was away when the page opened: then nothing is live. */
	readonly id: string;
	readonly path: string;
	readonly list: RoomListSync;
	readonly presence?: RoomPresence;
	readonly sync: RoomSync;
	readonly composer: ComposerState;
	scroller = $state.raw<HTMLElement>();
	/** False while the page scrolls to the message at which it opens: what is in view meanwhile is not read. */
	isPlaced = $state(true);
	/** Names of people whom completion found: a message that is being sent may mention them. */
	found = $state.raw<readonly string[]>([]);
	/** What this person is told of the message that they sent last; undefined before it. */
	notices = $state.raw<readonly SentNotice[]>();
	/** Files that are in no message yet. Loaded with the first. */
	files = $state.raw<RoomFiles>();
	#finder?: PeopleFinder;
	#cards?: CardLoader;
	readonly #deps: Deps;
	readonly opened: RoomPageData;

	constructor(deps: Deps) {
		const { path, list } = deps;
		const opened = untrack(deps.data);
		const { room, here, page, ids } = opened;
		this.#deps = deps;
		this.opened = opened;
		this.path = path;
		this.list = list;
		this.id = room?.id ?? '';
		list.visit(this.id, opened.readTo);
		const tab = randomId();
		this.presence = here && new RoomPresence(here, (act) => sendPresence(path, tab, act));
		this.sync = new RoomSync(page, ids.day, {
			room: this.id,
			heard: opened.heard,
			connection: list.connection,
			presence: this.presence,
			since: (query, signal) => this.#since(query, signal),
			onrestored: (count) => list.restored(this.id, count)
		});
		this.#startWhileSignedIn();
		// Loads the code at the first sign of a person, while there is a connection: a browser may not ask again for code that it once failed to load.
		$effect(() => {
			for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, () => void sending(), { once: true });
		});
		this.composer = new ComposerState({
			room: this.id,
			feed: this.sync,
			me: () => this.me,
			reply: deps.reply ?? opened.reply,
			post: (unsent, say) => this.#send(unsent, say),
			forget: (files) => void this.openFiles().then((all) => all?.forget(files))
		});
		$effect(() => {
			const person = this.#signedIn;
			// Files that were chosen before a reload.
			if (person && readTrayId(this.id, person)) untrack(() => void this.openFiles());
		});
	}

	get timeline() {
		return this.sync.timeline;
	}

	get me() {
		return this.#deps.data().me;
	}

	readonly #signedIn = $derived(this.me?.id);

	/** As rendered, and then as the answers of the server say: a room may be renamed, described or archived while it is open. */
	#details = $derived.by(() => this.#deps.data().room);

	get details(): RoomDetails | undefined {
		return this.#details;
	}

	get renamed(): string | undefined {
		const { name, kind } = this.details ?? {};
		// Direct messages are called by their people.
		return kind === 'direct' || name === this.opened.room?.name ? undefined : name;
	}

	readonly messages = $derived.by(() => (this.id ? this.timeline.messages : this.#deps.data().page.messages));

	/** The server's time: a page open past midnight uses it. */
	get now(): number {
		return Math.max(this.#deps.data().now, this.list.now);
	}

	findPeople = async (query: string): Promise<void> => {
		const part = await peopleFinder();
		if (part) (this.#finder ??= new part.PeopleFinder(this.path, (names) => (this.found = names))).find(query);
	};

	/** Resolves to undefined if the part cannot be loaded now, or nobody is signed in. */
	openFiles = async (): Promise<RoomFiles | undefined> => {
		const part = await roomFiles();
		const { me, id, files } = this;
		if (!part || !me || files?.person === me.id) return files;
		return (this.files = new part.RoomFiles({ person: me.id, room: id, most: this.#deps.data().uploadMax ?? 0 }));
	};

	type = (): void => {
		void sending();
		this.presence?.type();
	};

	permalink = (n: number): string => `${this.path}/${n}`;

	#startWhileSignedIn(): void {
		const { sync, presence, list, id } = this;
		// Loaded only if the reader has switched sound on.
		$effect(() => {
			const { messages, live } = sync.timeline;
			if (!live || !choices.all('sound')[0]) return;
			const row = list.rooms.find((room) => room.id === id);
			void messageSound().then((part) => part?.playForNew(messages, row, this.me, this.scroller));
		});
		$effect(() => {
			if (!sync.timeline.messages.some(({ re, answered }) => re && !answered)) return;
			void cardLoader().then((part) => {
				if (part) this.#cards ??= new part.CardLoader(sync.timeline, (numbers) => loadCards(this.path, numbers));
				void this.#cards?.loadMissing();
			});
		});
		$effect(() => {
			if (id && this.#signedIn) return untrack(() => sync.start());
		});
		trackReading({
			list,
			room: id,
			timeline: sync.timeline,
			scroller: () => this.scroller,
			// A permalink marks nothing as read.
			isTracked: () => Boolean(this.me && id && this.isPlaced && !this.opened.marked),
			atEnd: () => sync.timeline.live,
			post: (n) => markRead(this.path, n)
		});
		$effect(() => {
			if (this.#signedIn) return presence?.start();
		});
		$effect(() => {
			if (sync.connection.state === 'live') void presence?.beat();
		});
	}

	async #since(query: URLSearchParams, signal: AbortSignal) {
		const news = await loadSince(this.path, query, signal);
		// The name leads to another room: the store was restored to an earlier state. Drafts and the outbox survive a reload.
		if (news.room.id !== this.id) location.reload();
		else if (this.#details) this.#details = news.room;
		return news;
	}

	async #send(unsent: Unsent, say: (reason: string) => void): Promise<Receipt> {
		const noResponse: Receipt = { kind: 'noResponse', sentence: NO_CONNECTION };
		const part = await sending();
		// Some browsers never ask again for code that failed to load. The outbox goes on after a reload; once a minute at most.
		if (!part && this.sync.connection.state === 'live' && performance.now() > RELOAD_AFTER_MS) location.reload();
		// Who signs in on this page takes over what waits there; where nobody is signed in, somebody may be in another tab.
		const person = this.me?.id ?? unsent.person;
		const post = async (files?: string[][]) =>
			part ? part.sendMessage(this.path, { ...unsent, person }, files) : noResponse;
		const files = unsent.files && (await this.openFiles());
		const receipt: Receipt = !unsent.files ? await post() : files ? await files.send(unsent, say, post) : noResponse;
		if (receipt.kind === 'sent') this.notices = receipt.notices ?? [];
		const hasEnded = receipt.kind === 'refusal' && receipt.status === 401;
		// The text waits in the outbox.
		if (hasEnded || (receipt.kind === 'sent' && receipt.message.person !== this.me?.id)) this.#deps.onsession();
		return receipt;
	}
}
