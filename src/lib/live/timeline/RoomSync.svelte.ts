import { liveAbout } from '../../chat/storage/keys.ts';
import { parseEntry, type LogEntry } from '../../chat/messages/live-events.ts';
import { writeHoles, type Cursor, type Seen } from '../../chat/reading/cursor.ts';
import { ANSWER_TIMEOUT_MS } from '../connection/answer-timeout.ts';
import type { Connection, Listener } from '../connection/Connection.svelte.ts';
import type { RoomPresence } from '../presence/RoomPresence.svelte.ts';
import type { OpenedPage, Repair } from './timeline-merge.ts';
import { Timeline } from './Timeline.svelte.ts';

/** The answer to `/since`: the lacking entries or, if too many, the newest page. `restored`: from a backup without this page's messages. */
export type News = { day: string; heard?: string } & (
	({ tooFar?: false; more?: true } & Repair) | { tooFar: true; restored?: boolean; page: OpenedPage }
);

interface Deps {
	room: string;
	heard?: string;
	connection: Connection;
	/** Asks `/since` with `message=…&change=…&holes=…`, until `over`. */
	since: (query: URLSearchParams, over: AbortSignal) => Promise<News>;
	/** Absent where presence is switched off. */
	presence?: Pick<RoomPresence, 'onHere' | 'onTyping'>;
	/** The store was restored from a backup in which the room has given out `count` numbers. */
	onrestored?: (count: number) => void;
}

/** Milliseconds after a gap in the numbers at which the page asks. Most gaps are two sends at once, and the second live event follows. */
const ASK_AT_AGES = [150, 1_000, 3_000];
const RENEWED_WITHIN_MS = 2_000;
/** How often a visible page asks, because live events may be lost. Random, so that a thousand readers spread. */
const refreshDelayMs = () => 20_000 + Math.random() * 10_000;

/** Keeps an open room current: receives live events, and asks for what is missing. */
export class RoomSync {
	readonly timeline: Timeline;
	readonly connection: Connection;
	day = $state.raw('');
	/** Loads the page around a reader who is not at the end: it replaces the newest page. Set by HistoryPager. */
	loadAround: () => Promise<OpenedPage> | undefined = () => undefined;
	readonly #deps: Deps;
	#asking = false;
	#askAgain = false;
	readonly #timers = new Set<ReturnType<typeof setTimeout>>();

	constructor(page: OpenedPage, day: string, deps: Deps) {
		this.timeline = new Timeline(page);
		this.day = day;
		this.#deps = deps;
		this.connection = deps.connection;
	}

	start(): () => void {
		const { room, heard = room } = this.#deps;
		const listener: Listener = {
			onlive: () => void this.ask(),
			onnotification: (key, value) => {
				switch (liveAbout(key, room)) {
					case 'log':
						return this.#onEntry(parseEntry(value));
					case 'here':
						return this.#deps.presence?.onHere(value);
					case 'typing':
						return this.#deps.presence?.onTyping(value);
				}
			}
		};
		const stop = this.connection.listen(listener, heard);
		const regularly = () => {
			this.#later(refreshDelayMs(), () => {
				if (document.visibilityState === 'visible') void this.ask();
				regularly();
			});
		};
		const now = () => document.visibilityState === 'visible' && void this.ask();
		regularly();
		addEventListener('online', now);
		addEventListener('pageshow', now);
		document.addEventListener('visibilitychange', now);
		return () => {
			stop();
			for (const timer of this.#timers) clearTimeout(timer);
			this.#timers.clear();
			removeEventListener('online', now);
			removeEventListener('pageshow', now);
			document.removeEventListener('visibilitychange', now);
		};
	}

	/** Asks for what is missing. One question at a time; calls meanwhile cause one more question. */
	async ask(): Promise<void> {
		if (this.#asking) {
			this.#askAgain = true;
			return;
		}
		this.#asking = true;
		do {
			this.#askAgain = false;
			try {
				const asked = this.timeline.seen;
				const news = await this.#deps.since(query(asked), AbortSignal.timeout(ANSWER_TIMEOUT_MS));
				this.day = news.day;
				this.#hear(news.heard);
				if (news.tooFar) {
					if (news.restored) this.#deps.onrestored?.(news.page.cursor.message);
					const around = news.restored ? undefined : await this.loadAround();
					this.timeline.jump(around ?? news.page, news.restored);
					// Live events received while the page loaded are not on it.
					this.#askForMissing(true);
				} else {
					this.timeline.repair(asked, news);
					// The answer was cut: ask for the rest.
					if (news.more && hasMoved(asked, this.timeline.cursor)) this.#askAgain = true;
				}
			} catch {
				// Not reached: the connection shows it, and the next question follows.
			}
		} while (this.#askAgain);
		this.#asking = false;
	}

	/** The room has another epoch: a removal has ended the old one. At a random time, since all pages of the room ask. */
	#hear(heard: string | undefined): void {
		if (heard === undefined || this.connection.hears(heard)) return;
		this.#later(Math.random() * RENEWED_WITHIN_MS, () => this.connection.need(heard));
	}

	/** A value that another release has written is no entry: the answer of the server has it. */
	#onEntry(entry: LogEntry | undefined): void {
		if (entry) this.receive(entry);
		else void this.ask();
	}

	/** Takes an entry from a live event, or from the answer to a send. Asks for the numbers before it that are missing. */
	receive(entry: LogEntry): void {
		const known = new Set(this.timeline.cursor.holes);
		if (entry.kind === 'message') this.timeline.receive(entry.message);
		else this.timeline.receiveChange(entry.change);
		const jumped = entry.kind === 'change' && entry.change.m > this.timeline.cursor.change;
		if (jumped || this.timeline.cursor.holes.some((n) => !known.has(n))) this.#askForMissing(jumped);
	}

	#askForMissing(anyway: boolean): void {
		for (const age of ASK_AT_AGES) {
			this.#later(age, () => {
				if (this.timeline.cursor.holes.length > 0 || (anyway && age === ASK_AT_AGES[0])) void this.ask();
			});
		}
	}

	#later(milliseconds: number, then: () => void): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			then();
		}, milliseconds);
		this.#timers.add(timer);
	}
}

const hasMoved = (before: Cursor, now: Cursor) =>
	before.message !== now.message || before.change !== now.change || before.holes.length !== now.holes.length;

function query({ message, change, changedAt, holes, newest }: Seen): URLSearchParams {
	const asked = new URLSearchParams({ message: String(message), change: String(change), holes: writeHoles(holes) });
	if (newest) asked.set('newest', `${newest.n}-${newest.id}`);
	if (changedAt !== undefined) asked.set('changedAt', String(changedAt));
	return asked;
}
