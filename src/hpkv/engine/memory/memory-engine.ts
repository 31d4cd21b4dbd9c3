/** An engine whose records live as long as the process: for tests, and for a look without a file. */
import { Failed, type Found, type OwnedEngine } from '../engine.ts';
import { GroupCommit } from '../single-process/group-commit.ts';
import { RANGE_MAX_BYTES } from '../../protocol/limits.ts';
import type { Table } from '../single-process/table.ts';

export function memoryEngine(maxValueBytes: number): OwnedEngine {
	return new GroupCommit(new MemoryTable(), maxValueBytes);
}

/** Records in a map, beside their keys in byte order; a transaction remembers what stood before it. */
export class MemoryTable implements Table {
	readonly #records = new Map<string, string>();
	/** Ascending. UTF-16 order differs from byte order where surrogates meet U+E000 to U+FFFF, so bytes are compared. */
	readonly #keys: { key: string; bytes: Buffer }[] = [];
	#before = new Map<string, string | undefined>();

	get(key: string): string | undefined {
		return this.#records.get(key);
	}

	put(key: string, value: string): void {
		this.#remember(key);
		if (!this.#records.has(key)) {
			const bytes = Buffer.from(key);
			this.#keys.splice(this.#firstAtOrAfter(bytes), 0, { key, bytes });
		}
		this.#records.set(key, value);
	}

	remove(key: string): boolean {
		this.#remember(key);
		if (!this.#records.delete(key)) return false;
		this.#keys.splice(this.#firstAtOrAfter(Buffer.from(key)), 1);
		return true;
	}

	range(start: string, end: string, limit: number): Found {
		const found: Found = { records: [], truncated: false };
		const last = Buffer.from(end);
		let room = RANGE_MAX_BYTES;
		for (let at = this.#firstAtOrAfter(Buffer.from(start)); at < this.#keys.length; at++) {
			const { key, bytes } = this.#keys[at]!;
			if (Buffer.compare(bytes, last) > 0) break;
			const value = this.#records.get(key)!;
			room -= bytes.length + Buffer.byteLength(value);
			if (found.records.length === limit || (room < 0 && found.records.length > 0)) {
				found.truncated = true;
				break;
			}
			found.records.push({ key, value });
		}
		return found;
	}

	begin(): void {
		this.#before = new Map();
	}

	commit(): void {
		this.#before = new Map();
	}

	rollback(): void {
		const before = this.#before;
		for (const [key, value] of before) {
			if (value === undefined) this.remove(key);
			else this.put(key, value);
		}
		this.#before = new Map();
	}

	backup(): Promise<void> {
		return Promise.reject(new Failed(503, 'A store in memory has no file to back up'));
	}

	close(): void {}

	#remember(key: string): void {
		if (!this.#before.has(key)) this.#before.set(key, this.#records.get(key));
	}

	#firstAtOrAfter(bytes: Buffer): number {
		let low = 0;
		let high = this.#keys.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (Buffer.compare(this.#keys[middle]!.bytes, bytes) < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
