/**
 * Answers of a hosted store that may be used again: each call of a hosted store is paid, and counts against a limit.
 *
 * What makes it safe: an answer is used only while the node hears what others write (line.ts), and no longer than its kind of
 * key allows. A write of this process forgets at once what it may have changed, also one that failed: nobody knows whether it
 * has happened. Callers choose: `store` always asks, except for settled records; `recent` may answer from memory.
 */
import type { Hpkv, Range, WriteListener } from '../port.ts';

/** What may be remembered, by the kind of key: its first part. */
export interface MemoryRules {
	/** Records that never change once they are there, such as the first token of a claim. */
	settled: ReadonlySet<string>;
	/** Milliseconds for which an answer may be used again; 0 where it may not, and while the writes of others are not heard. */
	keptMs: (kind: string) => number;
	/** Of these kinds, what this process has set is remembered too. Nobody's rights may depend on it. */
	followed: ReadonlySet<string>;
}

interface Remembered {
	kind: string;
	/** Of a range. */
	start?: string;
	end?: string;
	answer: Promise<unknown>;
	/** Set when the answer is there. */
	known?: { value: string | undefined } | Range;
	at: number;
}

/** A write of this process that the store has not answered. */
interface Writing {
	count: number;
	/** What it sets. */
	value?: string;
	/** Another writer was heard meanwhile. */
	isContested: boolean;
}

/** Answers that are remembered, the oldest forgotten first: some kilobytes each at most. */
const MOST = 20_000;

export class Memory {
	/** The store itself: asks, but for settled records, and forgets what it writes. */
	readonly store: Hpkv;
	/** The same store; its answers may be remembered ones. */
	readonly recent: Hpkv;
	readonly #inner: Hpkv;
	readonly #rules: MemoryRules;
	readonly #clock: () => number;
	readonly #answers = new Map<string, Remembered>();
	/** Names of remembered ranges, by kind. */
	readonly #ranges = new Map<string, Set<string>>();
	readonly #settled = new Map<string, string>();
	readonly #writing = new Map<string, Writing>();
	readonly #listeners: WriteListener[] = [];

	/** @param clock monotonic, in milliseconds */
	constructor(inner: Hpkv, rules: MemoryRules, clock: () => number = () => performance.now()) {
		this.#inner = inner;
		this.#rules = rules;
		this.#clock = clock;
		this.store = {
			...inner,
			onWritten: (listener) => {
				this.#listeners.push(listener);
				inner.onWritten(listener);
			},
			get: (key) => this.#get(key),
			set: (key, value) =>
				this.#write(
					key,
					() => inner.set(key, value),
					() => value,
					value
				),
			patch: (key, value) => this.#write(key, () => inner.patch(key, value)),
			delete: (key) => this.#write(key, () => inner.delete(key)),
			increment: (key, by) => this.#write(key, () => inner.increment(key, by), String)
		};
		this.recent = {
			...this.store,
			get: (key) => this.#recentGet(key),
			range: (start, end, limit) => this.#recentRange(start, end, limit)
		};
	}

	/** Somebody has written the key, perhaps this process. `value` as in a notification: null for a deletion. */
	heard(key: string, value: string | null): void {
		const writing = this.#writing.get(key);
		const known = writing ? writing.value : this.#valueOf(key);
		// An echo, of what is being set or is remembered, changes nothing.
		if (!this.#rules.followed.has(kindOf(key)) || value === null || known !== value) {
			if (writing) writing.isContested = true;
			this.#forget(key);
		}
		if (value === null) return;
		for (const listener of this.#listeners) listener(key, value);
	}

	/** What was written meanwhile was not heard. */
	clear(): void {
		this.#answers.clear();
		this.#ranges.clear();
	}

	/** Forgets all of a kind. */
	forgetKind(kind: string): void {
		for (const [name, each] of this.#answers) if (each.kind === kind) this.#drop(name, each);
	}

	async #get(key: string): Promise<string | undefined> {
		if (!this.#rules.settled.has(kindOf(key))) return this.#inner.get(key);
		const settled = this.#settled.get(key);
		if (settled !== undefined) return settled;
		const value = await this.#inner.get(key);
		if (value !== undefined) {
			this.#settled.set(key, value);
			trim(this.#settled);
		}
		return value;
	}

	#recentGet(key: string): Promise<string | undefined> {
		const kind = kindOf(key);
		if (this.#rules.settled.has(kind)) return this.#get(key);
		const found = this.#find(key, kind) as Promise<string | undefined> | undefined;
		if (found) return found;
		const [name, range] = this.#rangeOf(key) ?? [];
		if (name !== undefined && range && this.#find(name, kind) && !range.truncated) {
			return Promise.resolve(range.records.find((record) => record.key === key)?.value);
		}
		return this.#ask(
			{ name: key, kind },
			() => this.#inner.get(key),
			(value) => ({ value })
		);
	}

	#recentRange(start: string, end: string, limit?: number): Promise<Range> {
		const kind = kindOf(start);
		const name = `${start}\0${end}\0${limit ?? ''}`;
		const found = this.#find(name, kind) as Promise<Range> | undefined;
		return (
			found ??
			this.#ask(
				{ name, kind, start, end },
				() => this.#inner.range(start, end, limit),
				(range) => range
			)
		);
	}

	#find(name: string, kind: string): Promise<unknown> | undefined {
		const remembered = this.#answers.get(name);
		if (!remembered) return undefined;
		if (this.#clock() - remembered.at < this.#rules.keptMs(kind)) return remembered.answer;
		return undefined;
	}

	#ask<Answer>(
		{ name, kind, start, end }: { name: string; kind: string; start?: string; end?: string },
		ask: () => Promise<Answer>,
		known: (answer: Answer) => Remembered['known']
	): Promise<Answer> {
		const answer = ask();
		if (this.#rules.keptMs(kind) <= 0) return answer;
		const remembered: Remembered = { kind, start, end, answer, at: this.#clock() };
		this.#answers.delete(name);
		this.#answers.set(name, remembered);
		if (start !== undefined) this.#namesOf(kind).add(name);
		const [oldest] = this.#answers;
		if (this.#answers.size > MOST && oldest) this.#drop(...oldest);
		answer.then(
			(value) => (remembered.known = known(value)),
			() => this.#drop(name, remembered)
		);
		return answer;
	}

	#namesOf(kind: string): Set<string> {
		const names = this.#ranges.get(kind) ?? new Set();
		this.#ranges.set(kind, names);
		return names;
	}

	#drop(name: string, remembered: Remembered): void {
		if (this.#answers.get(name) !== remembered) return;
		this.#answers.delete(name);
		if (remembered.start !== undefined) this.#ranges.get(remembered.kind)?.delete(name);
	}

	/** The remembered range that holds the key, if there is one: of those that begin like the key. */
	#rangeOf(key: string): [name: string, Range] | undefined {
		for (const name of this.#rangesWith(key)) {
			const known = this.#answers.get(name)?.known;
			if (known && 'records' in known) return [name, known];
		}
		return undefined;
	}

	#rangesWith(key: string): string[] {
		const names = [...(this.#ranges.get(kindOf(key)) ?? [])];
		return names.filter((name) => {
			const { start = '', end = '' } = this.#answers.get(name) ?? {};
			return start <= key && key <= end;
		});
	}

	#valueOf(key: string): string | undefined {
		const known = this.#answers.get(key)?.known;
		if (known && 'value' in known) return known.value;
		return this.#rangeOf(key)?.[1].records.find((record) => record.key === key)?.value;
	}

	#forget(key: string): void {
		for (const name of [key, ...this.#rangesWith(key)]) {
			const remembered = this.#answers.get(name);
			if (remembered) this.#drop(name, remembered);
		}
	}

	/** @param valueAfter what the key then holds, where that is known */
	async #write<Done>(
		key: string,
		write: () => Promise<Done>,
		valueAfter?: (done: Done) => string,
		set?: string
	): Promise<Done> {
		const writing = this.#writing.get(key) ?? { count: 0, value: set, isContested: false };
		this.#writing.set(key, writing);
		if (++writing.count > 1) writing.isContested = true;
		let value: string | undefined;
		try {
			const done = await write();
			value = valueAfter?.(done);
			return done;
		} finally {
			if (--writing.count === 0) this.#writing.delete(key);
			// Of two writers at once, nobody here knows who was the later.
			if (value !== undefined && !writing.isContested && this.#rules.followed.has(kindOf(key))) {
				this.#follow(key, value);
			} else this.#forget(key);
		}
	}

	#follow(key: string, value: string): void {
		for (const name of [key, ...this.#rangesWith(key)]) {
			const remembered = this.#answers.get(name);
			if (!remembered) continue;
			const { known } = remembered;
			if (!known || ('records' in known && known.truncated)) this.#drop(name, remembered);
			else {
				const after = 'records' in known ? { ...known, records: withRecord(known.records, key, value) } : { value };
				remembered.known = after;
				remembered.answer = Promise.resolve('records' in after ? after : after.value);
			}
		}
	}
}

const kindOf = (key: string) => key.slice(0, Math.max(0, key.indexOf(':')) || undefined);

function withRecord(records: Range['records'], key: string, value: string): Range['records'] {
	const others = records.filter((record) => record.key !== key);
	const at = others.findIndex((record) => record.key > key);
	return others.toSpliced(at < 0 ? others.length : at, 0, { key, value });
}

function trim(map: Map<string, unknown>): void {
	const [oldest] = map.keys();
	if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}
