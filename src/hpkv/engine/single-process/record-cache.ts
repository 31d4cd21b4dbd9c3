/**
 * What was asked for or written last, in memory before a table. Most of what a program asks for it has asked for a moment
 * ago, or has just written, and a lookup in SQLite takes ten times one in a map. That nothing stands under a key is kept,
 * too. Of a transaction the table gets what stands in its end: a counter that was raised twelve times is written once.
 *
 * In two generations: what is asked for moves to the younger one, and what nobody asked for while that filled up is
 * forgotten with the older.
 */
import type { Found } from '../engine.ts';
import type { Table } from './table.ts';

/** Characters of keys and values in a generation; each entry has a map's own cost beside them. */
const GENERATION = 1024 * 1024;
const ENTRY = 64;

export class RecentRecords implements Table {
	readonly #table: Table;
	/** `null`: nothing stands there. */
	#young = new Map<string, string | null>();
	#old = new Map<string, string | null>();
	#held = 0;
	/** Of this transaction, not in the table yet. */
	readonly #unwritten = new Map<string, string | null>();

	constructor(table: Table) {
		this.#table = table;
	}

	get(key: string): string | undefined {
		let value = this.#young.get(key);
		if (value === undefined) {
			value = this.#old.get(key);
			// A long transaction can have forgotten what it wrote.
			if (value === undefined) value = this.#unwritten.get(key);
			if (value === undefined) value = this.#table.get(key) ?? null;
			this.#keep(key, value);
		}
		return value ?? undefined;
	}

	put(key: string, value: string): void {
		this.#unwritten.set(key, value);
		this.#keep(key, value);
	}

	remove(key: string): boolean {
		if (this.get(key) === undefined) return false;
		this.#unwritten.set(key, null);
		this.#keep(key, null);
		return true;
	}

	range(start: string, end: string, limit: number): Found {
		this.#write();
		return this.#table.range(start, end, limit);
	}

	begin(): void {
		this.#table.begin();
	}

	commit(): void {
		this.#write();
		this.#table.commit();
	}

	rollback(): void {
		this.#unwritten.clear();
		this.#young = new Map();
		this.#old = new Map();
		this.#held = 0;
		this.#table.rollback();
	}

	backup(file: string): Promise<void> {
		return this.#table.backup(file);
	}

	close(): void {
		this.#table.close();
	}

	#write(): void {
		for (const [key, value] of this.#unwritten) {
			if (value === null) this.#table.remove(key);
			else this.#table.put(key, value);
		}
		this.#unwritten.clear();
	}

	#keep(key: string, value: string | null): void {
		const before = this.#young.get(key);
		this.#held += before === undefined ? ENTRY + key.length + lengthOf(value) : lengthOf(value) - lengthOf(before);
		this.#young.set(key, value);
		if (this.#held < GENERATION) return;
		this.#old = this.#young;
		this.#young = new Map();
		this.#held = 0;
	}
}

const lengthOf = (value: string | null) => value?.length ?? 0;
