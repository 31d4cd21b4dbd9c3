/** Code that stores something publishes an event; services.ts registers subscribers. A new one stands in EventShapes and Events. */
import { askLater } from '../../hpkv/clients/asker.ts';
import type { Change } from '../chat/messages/change.ts';
import type { ChatMessage } from '../chat/messages/message.ts';
import type { Unnotified } from './messages/group-mentions.ts';
import type { ShownMessage } from '../chat/messages/message-view.ts';
import type { ReadMark } from '../chat/reading/unread.ts';
import type { RoomState } from '../chat/rooms/room.ts';

export interface EventShapes {
	/**
	 * A send has its message in the log. `message` is as sent; subscribers add its mentions and, if an earlier try had
	 * stored it (`repeated`), its current text. `unnotified`: names in it that notified nobody.
	 */
	messagePosted: { message: ShownMessage; repeated: boolean; unnotified?: Unnotified };
	/** A change is in the change log and in its annotations. `edited` is the message as sent; a subscriber gives the edit its mentions. */
	messageChanged: { room: string; change: Change; edited?: ChatMessage };
	roomChanged: { rooms: readonly string[]; change: RoomState };
	/**
	 * A person's read mark moves, forward or, with `back`, back. Published while the mark is being stored: a subscriber
	 * must not read the stored mark.
	 */
	readMarkMoved: { person: string; mark: ReadMark };
}

export type EventName = keyof EventShapes;

/** Returns what it adds to the event for the publisher and for the subscribers behind the answer. */
type BeforeAnswer<Name extends EventName> = (
	event: EventShapes[Name]
) => Promise<Partial<EventShapes[Name]> | undefined | void>;
type Behind<Name extends EventName> = (event: EventShapes[Name]) => Promise<unknown>;

type Subscribers = { [Name in EventName]: { beforeAnswer: BeforeAnswer<Name>[]; behind: Behind<Name>[] } };

export class Events {
	readonly #subscribers: Subscribers = {
		messagePosted: { beforeAnswer: [], behind: [] },
		messageChanged: { beforeAnswer: [], behind: [] },
		roomChanged: { beforeAnswer: [], behind: [] },
		readMarkMoved: { beforeAnswer: [], behind: [] }
	};
	readonly #running = new Set<Promise<unknown>>();
	readonly #failed: (error: unknown, of: string) => void;

	constructor(failed: (error: unknown, of: string) => void) {
		this.#failed = failed;
	}

	/** `before-answer`: the publisher waits for it, and its failure fails the request. They run at the same time. */
	on<Name extends EventName>(name: Name, when: 'before-answer', act: BeforeAnswer<Name>): void;
	/**
	 * `behind`: begins after all `before-answer` subscribers, with the fields that they returned. The publisher does not
	 * wait; `failed` gets its failure.
	 */
	on<Name extends EventName>(name: Name, when: 'behind', act: Behind<Name>): void;
	on<Name extends EventName>(
		name: Name,
		when: 'before-answer' | 'behind',
		act: BeforeAnswer<Name> & Behind<Name>
	): void {
		const { beforeAnswer, behind } = this.#subscribers[name];
		if (when === 'before-answer') beforeAnswer.push(act);
		else behind.push(act);
	}

	/** @returns the event with what the subscribers before the answer added */
	publish<Name extends EventName>(name: Name, event: EventShapes[Name]): Promise<EventShapes[Name]> {
		return this.#track(this.#publish(name, event));
	}

	async #publish<Name extends EventName>(name: Name, event: EventShapes[Name]): Promise<EventShapes[Name]> {
		const { beforeAnswer, behind } = this.#subscribers[name];
		const added = await Promise.all(beforeAnswer.map((act) => this.#track(act(event))));
		const whole = Object.assign({}, event, ...added) as EventShapes[Name];
		for (const act of behind) void this.#track(act(whole).catch((error: unknown) => this.#failed(error, name)));
		return whole;
	}

	/** Does work of the present request that its answer does not wait for. @param of names the work in the log if it fails */
	later(of: string, work: () => Promise<unknown>): void {
		void this.#track(askLater(work).catch((error: unknown) => this.#failed(error, of)));
	}

	async settle(): Promise<void> {
		while (this.#running.size > 0) await Promise.allSettled(this.#running);
	}

	#track<T>(work: Promise<T>): Promise<T> {
		this.#running.add(work);
		const ended = () => void this.#running.delete(work);
		work.then(ended, ended);
		return work;
	}
}
