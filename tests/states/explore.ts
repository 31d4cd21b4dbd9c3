/**
 * Explores what a send can do to the store: every interleaving of the store operations of several tries, and every place
 * where a try can die. It walks *states* (what the store holds, and which replies each try has seen), not schedules:
 * different ways into the same state are walked on from once. The tries run the real function, against a store that
 * answers from the replies recorded so far and stops at the next operation.
 */
import { createHash } from 'node:crypto';
import type { Hpkv } from '../../src/hpkv/client/hpkv.ts';
import { keys } from '../../src/lib/chat/keys.ts';
import { StoredMessage } from '../../src/lib/chat/message.ts';
import type { Send, Sent } from '../../src/lib/server/send.ts';

export type SendFunction = (store: Hpkv, draft: Send, clock: () => number) => Promise<Sent>;

type Operation =
	| { op: 'get'; key: string }
	| { op: 'set'; key: string; value: string }
	| { op: 'append'; key: string; value: string }
	| { op: 'increment'; key: string; by: number };

type Records = Readonly<Record<string, string>>;
type Reply = string | number | null;

/** Where a try stands after some replies: before its next operation, or at its end. */
type Step = { next: Operation } | { sent: Sent };

interface Try {
	draft: Send;
	replies: readonly Reply[];
}

interface State {
	records: Records;
	/** Those still on the way: a dead try can do nothing more, an ended one is known by its answer. */
	tries: readonly Try[];
	/** How many more may die. */
	crashes: number;
	acknowledged: readonly Sent[];
}

export interface Exploration {
	states: number;
	violations: Set<'lost' | 'doubled' | 'overwritten' | 'unfinished'>;
}

const NOW = 1_700_000_000_000;

/**
 * @param tries what each of them sends; two with the same ids are two tries of one message
 * @param crashes how many of the tries may die, each at any point
 * @param records what stands in the store before
 * @param most states to walk at most; it throws beyond, a silent cut would prove nothing
 */
export async function explore(
	send: SendFunction,
	{
		tries,
		crashes,
		records = {},
		most = 5_000_000
	}: { tries: Send[]; crashes: number; records?: Records; most?: number }
): Promise<Exploration> {
	const steps = new Map<string, Step>();
	const step = async (one: Try): Promise<Step> => {
		const at = `${one.draft.sendId}${one.draft.message}${JSON.stringify(one.replies)}`;
		let found = steps.get(at);
		if (!found) steps.set(at, (found = await replay(send, one)));
		return found;
	};

	const seen = new Set<string>();
	const violations: Exploration['violations'] = new Set();
	const open: State[] = [{ records, tries: tries.map((draft) => ({ draft, replies: [] })), crashes, acknowledged: [] }];
	for (let state = open.pop(); state; state = open.pop()) {
		const name = nameOf(state);
		if (seen.has(name)) continue;
		seen.add(name);
		if (seen.size > most) throw new Error(`More than ${most} states`);

		const going: { i: number; one: Try; next: Operation }[] = [];
		for (const [i, one] of state.tries.entries()) {
			const here = await step(one);
			if ('next' in here) going.push({ i, one, next: here.next });
			else {
				// An ended try is told apart by what it answered, nothing else.
				state.acknowledged = [...state.acknowledged, here.sent];
			}
		}
		state.tries = going.map(({ one }) => one);
		check(state.records, state.acknowledged, violations);
		if (going.length === 0) await checkRecovery(send, tries, state, violations);

		// An operation on a key that no other living try can name meets nobody: whoever goes first makes no difference.
		const alone = going.findIndex(({ one, next }) => next.key.startsWith('sent:') && !shared(one, going));
		for (const [at, { one, next }] of going.entries()) {
			if (alone >= 0 && at !== alone) continue;
			const { after, reply, overwrote } = carryOut(state.records, next);
			if (overwrote) violations.add('overwritten');
			const walked = { ...one, replies: [...one.replies, reply] };
			open.push({ ...state, records: after, tries: state.tries.map((held) => (held === one ? walked : held)) });
			if (state.crashes > 0) {
				open.push({ ...state, crashes: state.crashes - 1, tries: state.tries.filter((held) => held !== one) });
			}
		}
	}
	return { states: seen.size, violations };
}

const shared = (one: Try, going: readonly { one: Try }[]) =>
	going.some((other) => other.one !== one && other.one.draft.sendId === one.draft.sendId);

/** The same try again, from its start, through the replies it has seen. */
async function replay(send: SendFunction, { draft, replies }: Try): Promise<Step> {
	let at = 0;
	let reached: (step: Step) => void = () => undefined;
	const stopped = new Promise<Step>((resolve) => (reached = resolve));
	const answer = <T extends Reply | undefined>(next: Operation): Promise<T> => {
		if (at < replies.length) return Promise.resolve(replies[at++] as T);
		reached({ next });
		return new Promise<T>(() => undefined);
	};
	const store = {
		maxValueBytes: 10_240,
		get: async (key: string) => (await answer<string | null>({ op: 'get', key })) ?? undefined,
		set: async (key: string, value: string) => void (await answer({ op: 'set', key, value })),
		patch: async (key: string, value: string) => void (await answer({ op: 'append', key, value })),
		increment: (key: string, by = 1) => answer<number>({ op: 'increment', key, by })
	} as Partial<Hpkv> as Hpkv;
	const ended = send(store, draft, () => NOW).then((sent): Step => ({ sent }));
	return Promise.race([ended, stopped]);
}

function carryOut(records: Records, operation: Operation): { after: Records; reply: Reply; overwrote: boolean } {
	const { key } = operation;
	const held = records[key];
	const put = (value: string) => ({ ...records, [key]: value });
	switch (operation.op) {
		case 'get':
			return { after: records, reply: held ?? null, overwrote: false };
		case 'set': {
			const overwrote = key.startsWith('message:') && held !== undefined && held !== operation.value;
			return { after: put(operation.value), reply: null, overwrote };
		}
		case 'append':
			return { after: put((held ?? '') + operation.value), reply: null, overwrote: false };
		case 'increment': {
			const sum = Number(held ?? 0) + operation.by;
			return { after: put(String(sum)), reply: sum, overwrote: false };
		}
	}
}

function messagesIn(records: Records) {
	return Object.entries(records)
		.filter(([key]) => key.startsWith('message:'))
		.flatMap(([, value]) => {
			const stored = StoredMessage.parse(JSON.parse(value));
			return 'id' in stored ? [stored] : [];
		});
}

function check(records: Records, acknowledged: readonly Sent[], violations: Exploration['violations']): void {
	const messages = messagesIn(records);
	if (new Set(messages.map(({ person, id }) => `${person} ${id}`)).size < messages.length) violations.add('doubled');
	for (const sent of acknowledged) {
		if (!sent.ok) continue;
		const standing = records[keys.message(sent.message.room, sent.message.n)];
		if (standing !== JSON.stringify(sent.message)) violations.add('lost');
	}
}

/** Whatever died, one more try of each message finishes it: there once, under the number that was acknowledged. */
async function checkRecovery(
	send: SendFunction,
	tries: readonly Send[],
	state: State,
	violations: Exploration['violations']
): Promise<void> {
	let { records } = state;
	const acknowledged = [...state.acknowledged];
	for (const draft of tries) {
		let one: Try = { draft, replies: [] };
		for (let operations = 0; ; operations++) {
			const here = await replay(send, one);
			if ('sent' in here) {
				if (!here.sent.ok) violations.add('unfinished');
				acknowledged.push(here.sent);
				break;
			}
			if (operations > 100) {
				violations.add('unfinished');
				break;
			}
			const { after, reply, overwrote } = carryOut(records, here.next);
			if (overwrote) violations.add('overwritten');
			records = after;
			one = { ...one, replies: [...one.replies, reply] };
		}
	}
	check(records, acknowledged, violations);
}

/** Tries of one message are alike, so their order does not tell states apart. */
function nameOf({ records, tries, crashes, acknowledged }: State): string {
	const walked = tries.map(({ draft, replies }) => `${draft.sendId}${JSON.stringify(replies)}`).sort();
	const answers = acknowledged.map((sent) => JSON.stringify(sent)).sort();
	const text = JSON.stringify([Object.entries(records).sort(), walked, crashes, answers]);
	return createHash('sha1').update(text).digest('base64').slice(0, 20);
}
