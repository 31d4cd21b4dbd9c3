/** Where the benchmark's data lies: one folder on the disk of `TMPDIR`, removed when the benchmark ends, however it does. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | undefined;
let made = 0;

/** A new folder. */
export function freshFolder(): string {
	root ??= mkdtempSync(join(tmpdir(), 'parley-bench-'));
	const path = join(root, String(++made));
	mkdirSync(path);
	return path;
}

export const removeFolder = (path: string): void =>
	// A program that is just being killed may still write.
	rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

/** After programs.ts has killed its programs: listeners are called in the order in which they were added. */
export function removeAllAtExit(): void {
	process.once('exit', () => root !== undefined && removeFolder(root));
}
