/**
 * The guards that the rows are about, and how each is switched off: a text that stands once in the sources is exchanged in
 * a copy of them. A fault test that has never failed shows nothing.
 */
interface Switch {
	/** Whether the app has to be built again: what readers run, and a store that runs alone, do not need it. */
	where: 'build' | 'sources';
	edits: readonly {
		/** Below src. */
		file: string;
		guard: string;
		instead: string;
	}[];
}

/** Printed by every build with a guard off; the shipped one does not hold it. */
export const MARK = 'parley-without-a-guard';

export const switches = {
	/** Writes are answered when they are asked for, and committed a little later. */
	'answer-before-commit': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/server/engine/group-commit.ts',
				guard: 'if (this.#waiting.length === 1) setImmediate(() => this.#commit());',
				instead:
					'if (!reads) setImmediate(() => { try { apply([]); } catch {} resolve(undefined as T); }); if (this.#waiting.length === 1) setTimeout(() => this.#commit(), 40);'
			}
		]
	},
	/** The process ends when it is told to, whoever waits for an answer. */
	'exit-at-once': {
		where: 'build',
		edits: [
			{
				file: 'server.ts',
				guard: 'await Promise.race([answered, new Promise((late) => setTimeout(late, PATIENCE))]);',
				instead: 'if (Number(process.pid) > 0) process.exit(0);'
			}
		]
	},
	/** Every try is a send of its own. */
	'no-claim': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/send.ts',
				guard: 'const earlier = readSendTokens(await store.get(claim));',
				instead: 'const earlier: SendToken[] = [];'
			},
			{
				file: 'lib/server/send.ts',
				guard: 'won = await firstValid(store, draft, readSendTokens(await store.get(claim)));',
				instead: 'won = await firstValid(store, draft, [{ n, timestamp: clock(), hash }]);'
			}
		]
	},
	/** A claim is read, but the one who came last has it. */
	'last-token-wins': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/send.ts',
				guard: 'for (const token of tokens) {',
				instead: 'for (const token of [...tokens].reverse()) {'
			}
		]
	},
	/** Whoever is back hears what comes, and does not ask for what came. */
	'no-question-when-back': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/RoomFeed.svelte.ts',
				guard: 'onlive: () => void this.ask(),',
				instead: 'onlive: () => undefined,'
			}
		]
	},
	/** A socket that says nothing is believed to be well. */
	'silence-is-trusted': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/Connection.svelte.ts',
				guard: 'if (now - this.#heardAt > DEAD_AFTER) this.#lost();',
				instead: 'if (now - this.#heardAt > Infinity) this.#lost();'
			}
		]
	},
	/** A jump in the numbers is not remembered. */
	'no-hole-memory': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/gap.ts',
				guard: '? [...cursor.holes, ...numbers(cursor.message + 1, message.n - 1)]',
				instead: '? [...cursor.holes]'
			}
		]
	},
	/** Nobody asks without a reason. */
	'no-head-question': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/RoomFeed.svelte.ts',
				guard: "if (document.visibilityState === 'visible') void this.ask();\n\t\t\t\tregularly();",
				instead: 'regularly();'
			}
		]
	},
	/** Whoever was away is told of forty. */
	'first-forty': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history.ts',
				guard: 'messages: found.filter(isMessage).filter(({ n }) => asked.has(n)),',
				instead: 'messages: found.filter(isMessage).filter(({ n }) => asked.has(n)).slice(0, 40),'
			}
		]
	},
	/** One operation is all that a range takes. */
	'one-range': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/ranges.ts',
				guard: 'if (!truncated || !last) return all;',
				instead: 'if (truncated || !truncated || !last) return all;'
			}
		]
	},
	/** What happened to messages is not told to whoever was away. */
	'no-changes-told': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history.ts',
				guard: '\t\tmessages: found.filter(isMessage).filter(({ n }) => asked.has(n)),\n\t\tchanges,',
				instead: '\t\tmessages: found.filter(isMessage).filter(({ n }) => asked.has(n)),\n\t\tchanges: [],'
			}
		]
	},
	/** A page is rendered without the numbers that it lacks. */
	'no-holes-on-a-page': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history.ts',
				guard:
					'holes: newer ? [] : withLate(holesIn(numbers(Math.max(1, lowest), head), found, now), changes, found, now),',
				instead: 'holes: [],'
			}
		]
	},
	/** A message that is stored long after its number was given out is not announced. */
	'no-late-entry': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/send.ts',
				guard: 'if (clock() - token.timestamp > LATE_AFTER) await logLate(',
				instead: 'if (clock() < token.timestamp - 1e12) await logLate('
			}
		]
	},
	/** Whatever a hosted store answers is taken for a yes. */
	'any-answer-will-do': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/client/hosted.ts',
				guard: 'if (status >= 200 && status < 300 && answer !== undefined) return answer;',
				instead: 'if (status !== 404) return answer ?? {};'
			}
		]
	},
	/** The page orders by the clock. */
	'order-by-time': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/gap.ts',
				guard: 'return [...byNumber.values()].sort((a, b) => a.n - b.n);',
				instead: 'return [...byNumber.values()].sort((a, b) => a.timestamp - b.timestamp);'
			}
		]
	}
} satisfies Record<string, Switch>;

export type Sabotage = keyof typeof switches;
