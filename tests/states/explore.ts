/**
 * Explores what several functions can do to one store together: every interleaving of their store operations, and every
 * place where one of them can die. It walks *states* (what the store holds, and which replies each function has seen), not
 * schedules: different ways into the same state are walked on from once. The functions are the real ones, against a store
 * that answers from the replies recorded so far and stops at the next operation.
 */
import { createHash } from 'node:crypto';
import type { Hpkv } from '../../src/hpkv/port.ts';

/** One try of something. Two of the same name are alike: two tries of one thing. */
export interface Actor {
	name: string;
	run: (store: Hpkv, clock: () => number) => Promise<unknown>;
}

export type Records = Readonly<Record<string, string>>;

/** What an actor answered. */
export interface Answer {
	name: string;
	answer: unknown;
}

export interface Space {
	actors: Actor[];
	/** How many of them may die, each at any point. */
	crashes: number;
	/** What stands in the store before. */
	records?: Records;
	/** What is wrong with a state, asked of every one; `ended` when nobody is on the way and whoever died was tried again. */
	wrong: (records: Records, answers: readonly Answer[], ended: boolean) => string[];
	/** Whether putting `value` where `held` stands is wrong. */
	overwrites?: (key: string, held: string, value: string) => boolean;
	/** States to walk at most; it throws beyond, a silent cut would prove nothing. */
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

type Reply = string | number | null | [key: string, value: string][];

/** Where an actor stands after some replies: before its next operation, or at its end. */
type Step = { next: Operation } | { answer: unknown };

interface Try {
	actor: Actor;
	replies: readonly Reply[];
}

interface State {
	records: Records;
	/** Those still on the way: a dead one can do nothing more, an ended one is known by its answer. */
	tries: readonly Try[];
	/** How many more may die. */
	crashes: number;
	answers: readonly Answer[];
}

const NOW = 1_700_000_000_000;

export async function explore(space: Space): Promise<Exploration> {
	const { actors, crashes, records = {}, most = 5_000_000 } = space;
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
	const open: State[] = [{ records, tries: actors.map((actor) => ({ actor, replies: [] })), crashes, answers: [] }];
	for (let state = open.pop(); state; state = open.pop()) {
		const name = nameOf(state);
		if (seen.has(name)) continue;
		seen.add(name);
		if (seen.size > most) throw new Error(`More than ${most} states`);

		const going: { one: Try; next: Operation }[] = [];
		const answers = [...state.answers];
		for (const one of state.tries) {
			const here = await step(one);
			if ('next' in here) going.push({ one, next: here.next });
			else answers.push({ name: one.actor.name, answer: here.answer });
		}
		const tries = going.map(({ one }) => one);
		report(space.wrong(state.records, answers, false));
		if (going.length === 0) report(await afterRecovery(space, state.records, answers));

		// An operation on a key that no other living try can name meets nobody: whoever goes first makes no difference.
		const alone = going.findIndex(({ one, next }) => next.key.startsWith('sent:') && !shared(one, going));
		for (const [at, { one, next }] of going.entries()) {
			if (alone >= 0 && at !== alone) continue;
			const { after, reply, overwrote } = carryOut(space, state.records, next);
			if (overwrote) wrong.add('overwritten');
			const walked = { ...one, replies: [...one.replies, reply] };
			const { crashes } = state;
			open.push({ crashes, answers, records: after, tries: tries.map((held) => (held === one ? walked : held)) });
			if (crashes > 0) {
				const others = tries.filter((held) => held !== one);
				open.push({ crashes: crashes - 1, answers, records: state.records, tries: others });
			}
		}
	}
	return { states: seen.size, wrong };
}

const shared = (one: Try, going: readonly { one: Try }[]) =>
	going.some((other) => other.one !== one && other.one.actor.name === one.actor.name);

/** The same actor again, from its start, through the replies it has seen. */
async function replay({ actor, replies }: Try): Promise<Step> {
	let at = 0;
	let reached: (step: Step) => void = () => undefined;
	const stopped = new Promise<Step>((resolve) => (reached = resolve));
	const answer = <T extends Reply>(next: Operation): Promise<T> => {
		if (at < replies.length) return Promise.resolve(replies[at++] as T);
		reached({ next });
		return new Promise<T>(() => undefined);
	};
	const store = {
		maxValueBytes: 10_240,
		get: async (key: string) => (await answer<string | null>({ op: 'get', key })) ?? undefined,
		set: async (key: string, value: string) => void (await answer({ op: 'set', key, value })),
		patch: async (key: string, value: string) => void (await answer({ op: 'append', key, value })),
		delete: async (key: string) => (await answer<number>({ op: 'delete', key })) === 1,
		increment: (key: string, by = 1) => answer<number>({ op: 'increment', key, by }),
		range: async (key: string, end: string) => ({
			records: (await answer<[string, string][]>({ op: 'range', key, end })).map(([key, value]) => ({ key, value })),
			truncated: false
		})
	} as Partial<Hpkv> as Hpkv;
	const ended = actor.run(store, () => NOW).then((answer): Step => ({ answer }));
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
			return done(null, (held ?? '') + operation.value);
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

/** All our keys are ASCII, so their order as strings is their order as bytes. */
export const rangeOf = (records: Records, start: string, end: string): [key: string, value: string][] =>
	Object.entries(records)
		.filter(([key]) => key >= start && key <= end)
		.sort(([a], [b]) => (a < b ? -1 : 1));

/** Whatever died, each thing is tried once more, one after the other: then nothing may be wrong. */
async function afterRecovery(space: Space, before: Records, answers: readonly Answer[]): Promise<string[]> {
	let records = before;
	const all = [...answers];
	for (const actor of space.actors) {
		if (answers.some(({ name }) => name === actor.name)) continue;
		let one: Try = { actor, replies: [] };
		for (let operations = 0; ; operations++) {
			if (operations > 200) return ['unfinished'];
			const here = await replay(one);
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

/** Tries of one name are alike, so their order does not tell states apart. */
function nameOf({ records, tries, crashes, answers }: State): string {
	const walked = tries.map(({ actor, replies }) => `${actor.name}${JSON.stringify(replies)}`).sort();
	const answered = answers.map((answer) => JSON.stringify(answer)).sort();
	const text = JSON.stringify([Object.entries(records).sort(), walked, crashes, answered]);
	return createHash('sha1').update(text).digest('base64').slice(0, 20);
}
