/**
 * What an engine stands on: records in byte order that can be changed inside a transaction. Synchronous and without
 * rules; group-commit.ts adds the operations, sqlite-table.ts and memory-engine.ts are the two tables.
 */
import type { Found } from '../engine.ts';

export interface Table {
	get(key: string): string | undefined;
	put(key: string, value: string): void;
	/** False where nothing stood. */
	remove(key: string): boolean;
	range(start: string, end: string, limit: number): Found;
	begin(): void;
	/** Returns once everything since `begin` is as durable as the table can make it; throws {@link Failed}. */
	commit(): void;
	/** Back to how it was at `begin`. Never throws. */
	rollback(): void;
	backup(file: string): Promise<void>;
	close(): void;
}
