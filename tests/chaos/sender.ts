/** Somebody who writes in a room, as the page's outbox does: one message at a time, tried until the server has answered. */
import { randomUUID } from 'node:crypto';
import { dayOf } from '../../src/lib/chat/messages/draft.ts';
import { pick, type Random } from '../conformance/faults/random.ts';
import { postForm, type Person } from '../e2e/person.ts';
import { unflatten } from './flat.ts';
import type { History } from './history.ts';

/** A send on its way: posted again, it is the same one. */
export interface Outgoing {
	id: string;
	day: string;
	text: string;
}

export type Outcome = 'acknowledged' | 'failed' | 'unknown';

/** As the page's own script waits, in milliseconds. */
const PATIENCE = 10_000;

/** All that is written stands between these: a browser page is searched for it. */
export const told = (text: string) => `«${text}»`;

/** What people write: all of it must come back as it went. */
const WORDS = [
	'the kettle is on',
	'台所に誰かいますか',
	'מי שם את הקומקום',
	'👩‍👩‍👧‍👦 e\u0301 ﷽',
	'<b>&amp;</b> "quoted" \\ ;1@2#ab',
	'{"n":1,"void":true}',
	'one line\nand another',
	'  two  spaces  '
];

export class Sender {
	readonly person: Person;
	readonly room: string;
	readonly #history: History;
	readonly #random: Random;
	#count = 0;

	constructor(person: Person, room: string, history: History, random: Random) {
		this.person = person;
		this.room = room;
		this.#history = history;
		this.#random = random;
	}

	/** A message that nobody has written before, invoked. */
	write(words = pick(this.#random, WORDS), day = dayOf(Date.now())): Outgoing {
		const text = told(`${this.person.name} ${++this.#count}: ${words}`);
		const outgoing = { id: randomUUID(), day, text };
		this.#history.tell(this.person.name, { kind: 'invoked', id: outgoing.id, text });
		return outgoing;
	}

	/** One try. @param at the node that is asked */
	async post({ id, day, text }: Outgoing, at = this.person.app): Promise<Outcome> {
		const who = this.person.name;
		try {
			const { status, n } = await within(PATIENCE, this.#ask(at, { message: text, sendId: id, day }));
			if (status < 300) this.#history.tell(who, { kind: 'acknowledged', id, n });
			else this.#history.tell(who, { kind: status < 500 && status !== 429 ? 'failed' : 'unknown', id });
			return status < 300 ? 'acknowledged' : status < 500 && status !== 429 ? 'failed' : 'unknown';
		} catch {
			this.#history.tell(who, { kind: 'unknown', id });
			return 'unknown';
		}
	}

	/** The same message until it is answered, or until `over`. @param at the node for each try */
	async deliver(outgoing: Outgoing, over: () => boolean = () => false, at = () => this.person.app): Promise<Outcome> {
		for (;;) {
			const outcome = await this.post(outgoing, at());
			if (outcome !== 'unknown' || over()) return outcome;
			await new Promise((again) => setTimeout(again, 20 + this.#random() * 100));
		}
	}

	/** Writes something and delivers it. */
	say(words?: string): Promise<Outcome> {
		return this.deliver(this.write(words));
	}

	async #ask(at: string, fields: Record<string, string>): Promise<{ status: number; n?: number }> {
		const answer = await postForm(`${at}${this.room}?/send`, fields, {
			cookie: this.person.cookie,
			accept: 'application/json',
			'x-sveltekit-action': 'true'
		});
		const told = JSON.parse(await answer.text()) as { type: string; status?: number; data?: string };
		if (told.type !== 'success') return { status: told.status ?? 500 };
		const { sent } = unflatten(JSON.parse(told.data ?? '[]') as unknown[]) as { sent?: { n: number; id: string } };
		return sent?.id === fields.sendId ? { status: 200, n: sent?.n } : { status: 500 };
	}
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('No answer')), milliseconds);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}
