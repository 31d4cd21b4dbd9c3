/**
 * Explores every interleaving of the store operations of several functions, and every place where a function can die. The
 * walk visits *states* (the records, and the replies that each function has seen), not schedules: a state that is reached on
 * several ways is continued once. The functions are the real ones. Their store replays the recorded replies and stops at the
 * next operation.
 */
import { createHash } from 'node:crypto';
import { patched } from '../../src/hpkv/engine/merge-patch.ts';
import { StoreUnavailable, type Hpkv } from '../../src/hpkv/port.ts';
import { droppedKey } from '../../src/hpkv/protocol/dropped.ts';

/** One try of an act. Actors of the same name are tries of the same act. */
export interface Actor {
	name: string;
	run: (store: Hpkv, clock: () => number) => Promise<unknown>;
}

export type Records = Readonly<Record<string, string>>;

export interface Answer {
	name: string;
	answer: unknown;
}

export interface Space {
	actors: Actor[];
	/** Actors that may die, each at any point. */
	crashes: number;
	/** Answers to appends and increments that may be lost: it is done, and the actor gets StoreUnavailable. Default 0. */
	losses?: number;
	/** The records at the start. */
	records?: Records;
	/** Faults of a state. `ended`: all actors have ended, and the dead ones were tried again. */
	wrong: (records: Records, answers: readonly Answer[], ended: boolean) => string[];
	/** Whether it is a fault to replace `held` by `value`. */
	overwrites?: (key: string, held: string, value: string) => boolean;
	/** Bound on the states. The walk throws beyond it: a silent cut would prove nothing. */
	most?: number;
}

export interface Exploration {
	states: number;
	wrong: Set<string>;
}

type Operation =
	| { op: 'get'; key: string }
	| { op: 'set'; key: string; value: string }
	| { op: 'append'; key: string; value: string }
	| { op: 'delete'; key: string }
	| { op: 'increment'; key: string; by: number }
	| { op: 'range'; key: string; end: string };

const LOST = { lost: true } as const;
type Reply = string | number | null | [key: string, value: string][] | typeof LOST;

/** The state of an actor after some replies: its next operation, its answer, or that it has failed and will be tried again. */
type Step = { next: Operation } | { answer: unknown } | 'failed';

interface Try {
	actor: Actor;
	replies: readonly Reply[];
}

interface State {
	records: Records;
	/** The running tries. Dead tries are dropped, and ended tries are in `answers`. */
	tries: readonly Try[];
	/** Deaths that are left, and answers that may be lost. */
	crashes: number;
	losses: number;
	answers: readonly Answer[];
}

const NOW = 1_700_000_000_000;

export async function explore(space: Space): Promise<Exploration> {
	const { actors, crashes, losses = 0, records = {}, most = 5_000_000 } = space;
	const steps = new Map<string, Step>();
	const step = async (one: Try): Promise<Step> => {
		const at = `${one.actor.name}${JSON.stringify(one.replies)}`;
		let found = steps.get(at);
		if (!found) steps.set(at, (found = await replay(one)));
		return found;
	};

	const seen = new Set<string>();
	const wrong = new Set<string>();
	const report = (found: string[]) => found.forEach((what) => wrong.add(what));
	const tries = actors.map((actor) => ({ actor, replies: [] }));
	const open: State[] = [{ records, tries, crashes, losses, answers: [] }];
	for (let state = open.pop(); state; state = open.pop()) {
		const name = nameOf(state);
		if (seen.has(name)) continue;
		seen.add(name);
		if (seen.size > most) throw new Error(`More than ${most} states`);

		const going: { one: Try; next: Operation }[] = [];
		const answers = [...state.answers];
		for (const one of state.tries) {
			const here = await step(one);
			if (here === 'failed') continue;
			if ('next' in here) going.push({ one, next: here.next });
			else answers.push({ name: one.actor.name, answer: here.answer });
		}
		const tries = going.map(({ one }) => one);
		report(space.wrong(state.records, answers, false));
		if (going.length === 0) report(await afterRecovery(space, state.records, answers));

		// Partial order reduction: no other running try uses this key, so the order does not matter.
		const alone = going.findIndex(({ one, next }) => next.key.startsWith('sent:') && !shared(one, going));
		for (const [at, { one, next }] of going.entries()) {
			if (alone >= 0 && at !== alone) continue;
			const { after, reply, overwrote } = carryOut(space, state.records, next);
			if (overwrote) wrong.add('overwritten');
			const walked = { ...one, replies: [...one.replies, reply] };
			const { crashes, losses } = state;
			const going = (walked: Try) => tries.map((held) => (held === one ? walked : held));
			open.push({ crashes, losses, answers, records: after, tries: going(walked) });
			if (crashes > 0) {
				const others = tries.filter((held) => held !== one);
				open.push({ crashes: crashes - 1, losses, answers, records: state.records, tries: others });
			}
			if (losses > 0 && (next.op === 'append' || next.op === 'increment')) {
				const unheard = { ...one, replies: [...one.replies, LOST] };
				open.push({ crashes, losses: losses - 1, answers, records: after, tries: going(unheard) });
			}
		}
	}
	return { states: seen.size, wrong };
}

const shared = (one: Try, going: readonly { one: Try }[]) =>
	going.some((other) => other.one !== one && other.one.actor.name === one.actor.name);

/** Runs the actor from its start through its recorded replies. */
async function replay({ actor, replies }: Try): Promise<Step> {
	let at = 0;
	let reached: (step: Step) => void = () => undefined;
	const stopped = new Promise<Step>((resolve) => (reached = resolve));
	const answer = <T extends Reply>(next: Operation): Promise<T> => {
		if (at < replies.length) {
			const reply = replies[at++];
			return reply === LOST ? Promise.reject(new StoreUnavailable('The answer was lost')) : Promise.resolve(reply as T);
		}
		reached({ next });
		return new Promise<T>(() => undefined);
	};
	const store = {
		maxValueBytes: 40_960,
		get: async (key: string) => (await answer<string | null>({ op: 'get', key })) ?? undefined,
		set: async (key: string, value: string) => void (await answer({ op: 'set', key, value })),
		patch: async (key: string, value: string) => void (await answer({ op: 'append', key, value })),
		delete: async (key: string) => (await answer<number>({ op: 'delete', key })) === 1,
		increment: (key: string, by = 1) => answer<number>({ op: 'increment', key, by }),
		dropHolder: async (holder: string) => void (await answer({ op: 'increment', key: droppedKey(holder), by: 1 })),
		range: async (key: string, end: string) => ({
			records: (await answer<[string, string][]>({ op: 'range', key, end })).map(([key, value]) => ({ key, value })),
			truncated: false
		})
	} as Partial<Hpkv> as Hpkv;
	const ended = actor
		.run(store, () => NOW)
		.then(
			(answer): Step => ({ answer }),
			(error: unknown): Step => {
				if (error instanceof StoreUnavailable) return 'failed';
				throw error;
			}
		);
	return Promise.race([ended, stopped]);
}

function carryOut({ overwrites }: Space, records: Records, operation: Operation) {
	const { key } = operation;
	const held = records[key];
	const done = (reply: Reply, value?: string, overwrote = false) => ({
		after: value === undefined ? records : { ...records, [key]: value },
		reply,
		overwrote
	});
	switch (operation.op) {
		case 'get':
			return done(held ?? null);
		case 'set':
			return done(
				null,
				operation.value,
				held !== undefined && held !== operation.value && overwrites?.(key, held, operation.value)
			);
		case 'append':
			return done(null, held === undefined ? operation.value : patched(held, operation.value));
		case 'delete': {
			const { [key]: _, ...after } = records;
			return { after, reply: held === undefined ? 0 : 1, overwrote: false };
		}
		case 'increment': {
			const sum = Number(held ?? 0) + operation.by;
			return done(sum, String(sum));
		}
		case 'range':
			return done(rangeOf(records, key, operation.end));
	}
}

/** All keys are ASCII, so string order equals byte order. */
export const rangeOf = (records: Records, start: string, end: string): [key: string, value: string][] =>
	Object.entries(records)
		.filter(([key]) => key >= start && key <= end)
		.sort(([a], [b]) => (a < b ? -1 : 1));

/** Tries each dead act once more, one after the other, and checks the result. */
async function afterRecovery(space: Space, before: Records, answers: readonly Answer[]): Promise<string[]> {
	let records = before;
	const all = [...answers];
	for (const actor of space.actors) {
		if (answers.some(({ name }) => name === actor.name)) continue;
		let one: Try = { actor, replies: [] };
		for (let operations = 0; ; operations++) {
			if (operations > 200) return ['unfinished'];
			const here = await replay(one);
			if (here === 'failed') return ['unfinished'];
			if ('answer' in here) {
				all.push({ name: actor.name, answer: here.answer });
				break;
			}
			const { after, reply, overwrote } = carryOut(space, records, here.next);
			if (overwrote) return ['overwritten'];
			records = after;
			one = { ...one, replies: [...one.replies, reply] };
		}
	}
	return space.wrong(records, all, true);
}

/** Sorted, because the order of tries of one name does not distinguish states. */
function nameOf({ records, tries, crashes, losses, answers }: State): string {
	const walked = tries.map(({ actor, replies }) => `${actor.name}${JSON.stringify(replies)}`).sort();
	const answered = answers.map((answer) => JSON.stringify(answer)).sort();
	const text = JSON.stringify([Object.entries(records).sort(), walked, crashes, losses, answered]);
	return createHash('sha1').update(text).digest('base64').slice(0, 20);
}
