import { liveHere, liveRoom, liveTyping } from '../../chat/storage/keys.ts';
import { readLive, type Live } from '../../chat/messages/live-events.ts';
import { writeHoles, type Cursor, type Seen } from '../../chat/reading/cursor.ts';
import type { Connection, Listener } from '../connection/Connection.svelte.ts';
import type { OpenedPage, Repair } from './timeline-merge.ts';
import { Timeline } from './Timeline.svelte.ts';

/**
 * The server's answer to "what do I lack": it, or, where that is too much to send, the newest page. `restored`: the store was
 * put back to an earlier state, and what this page holds is not in it.
 */
export type News = { day: string } & (
	({ tooFar?: false; more?: true } & Repair) | { tooFar: true; restored?: boolean; page: OpenedPage }
);

interface Door {
	/** The room's id. */
	room: string;
	/** What the page hears with; whoever made it starts it. */
	connection: Connection;
	/** Asks with this query, `message=…&change=…&holes=…`, until `over`. */
	since: (query: URLSearchParams, over: AbortSignal) => Promise<News>;
	/** Hears what is no entry of the room's logs. @returns false where it does not know it either */
	other?: (value: unknown) => boolean;
	/** The store was put back to an earlier state, in which the room has given out so many message numbers. */
	onrestored?: (count: number) => void;
	/** The page around what is read, for a reader who is not at the end: it takes the place of the newest. */
	around?: () => Promise<OpenedPage> | undefined;
}

/**
 * A hole is asked for at these ages, in milliseconds, and then with everything else. Not at once: a jump in the numbers is
 * mostly two sends at the same moment, and the other is on its way.
 */
const ASK_AT_AGES = [150, 1_000, 3_000];
/** Silence is never trusted: the same question, so often while the page is visible. Random, so that a thousand readers spread. */
const refreshDelayMs = () => 20_000 + Math.random() * 10_000;
/** A silent line answers with nothing, not even an error; a slow one may take a while for two thousand messages. */
const ANSWER_TIMEOUT_MS = 20_000;

/** Keeps an open room true: hears what is pushed, and asks for what is missing. */
export class RoomSync {
	readonly timeline: Timeline;
	readonly connection: Connection;
	/** The server's day, which new sends belong to. */
	day = $state.raw('');
	readonly #door: Door;
	#asking = false;
	#askAgain = false;
	readonly #timers = new Set<ReturnType<typeof setTimeout>>();

	constructor(page: OpenedPage, day: string, door: Door) {
		this.timeline = new Timeline(page);
		this.day = day;
		this.#door = door;
		this.connection = door.connection;
	}

	/** Begins to listen. @returns what ends it */
	start(): () => void {
		const { room } = this.#door;
		const ear: Listener = {
			onlive: () => void this.ask(),
			onnotification: (key, value) => {
				if ([liveRoom, liveHere, liveTyping].some((of) => of(room) === key)) this.hear(readLive(value ?? ''));
			}
		};
		const stop = this.connection.listen(ear, room);
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

	/** Asks for what is missing. One question at a time; what is asked meanwhile is asked once more afterwards. */
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
				const news = await this.#door.since(query(asked), AbortSignal.timeout(ANSWER_TIMEOUT_MS));
				this.day = news.day;
				if (news.tooFar) {
					if (news.restored) this.#door.onrestored?.(news.page.cursor.message);
					const around = news.restored ? undefined : await this.#door.around?.();
					this.timeline.jump(around ?? news.page, news.restored);
					// What was heard while that page was on its way had no place here.
					this.#askForMissing(true);
				} else {
					this.timeline.repair(asked, news);
					// The rest of what did not fit one answer.
					if (news.more && hasMoved(asked, this.timeline.cursor)) this.#askAgain = true;
				}
			} catch {
				// Not reached: the connection shows it, and the next question comes.
			}
		} while (this.#askAgain);
		this.#asking = false;
	}

	/** What was pushed, or what the server has answered a send with. What it jumps over is asked for. */
	hear(live: Live): void {
		const known = new Set(this.timeline.cursor.holes);
		if (live.kind === 'message') this.timeline.receive(live.message);
		if (live.kind === 'change') this.timeline.hear(live.change);
		if (live.kind === 'unknown') return void (this.#door.other?.(live.value) || this.ask());
		const jumped = live.kind === 'change' && live.change.m > this.timeline.cursor.change;
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
