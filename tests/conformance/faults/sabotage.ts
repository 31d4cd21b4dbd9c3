/**
 * Switches a guard of the store off, so that a fault test can be seen to fail: `SABOTAGE=name node --import sabotage.ts`.
 * The store's own code knows nothing of this; a line of it is exchanged while it is loaded.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Switch {
	/** Below src/hpkv. */
	file: string;
	/** Text that stands there once. */
	guard: string;
	instead: string;
}

export const switches = {
	/** Writes are answered when they are asked for, and committed a little later. */
	'answer-before-commit': [
		{
			file: 'engine/single-process/group-commit.ts',
			guard: 'if (this.#waiting.length === 1) setImmediate(() => this.#commit());',
			instead:
				'if (!reads) resolve(undefined as T); if (this.#waiting.length === 1) setTimeout(() => this.#commit(), 40);'
		}
	],
	/** A commit that failed is answered like one that did not. */
	'acknowledge-failed-commits': [
		{
			file: 'engine/single-process/group-commit.ts',
			guard: 'if (!operation.reads) return operation.fail(error);',
			instead: 'if (!operation.reads) return operation.answer();'
		}
	],
	/** Nothing is read at the start, and a record is believed whatever its checksum. */
	'no-checks': [
		{
			file: 'engine/sqlite/sqlite-engine.ts',
			guard: 'if (checked) verifyOrClose(',
			instead: 'if (!checked) verifyOrClose('
		},
		{
			file: 'engine/sqlite/sqlite-engine.ts',
			guard: 'if (lastStop === OPEN) checkLog(',
			instead: 'if (!lastStop) void ('
		},
		{ file: 'engine/sqlite/sqlite-table.ts', guard: 'checksum(both) === crc', instead: 'crc !== undefined' }
	],
	/** Checksums are compared, but SQLite's own check of its pages does not run. */
	'no-integrity-check': [
		{ file: 'engine/sqlite/database.ts', guard: "if (found !== 'ok')", instead: "if (found === '')" }
	],
	/** The end of SQLite's log is where SQLite believes it. */
	'no-log-check': [
		{
			file: 'engine/sqlite/sqlite-engine.ts',
			guard: 'if (lastStop === OPEN) checkLog(',
			instead: 'if (!lastStop) void ('
		}
	],
	/** The file is shared with whoever opens it. */
	'no-lock': [
		{
			file: 'engine/sqlite/database.ts',
			guard: 'PRAGMA locking_mode = EXCLUSIVE',
			instead: 'PRAGMA locking_mode = NORMAL'
		},
		{ file: 'engine/sqlite/database.ts', guard: 'BEGIN EXCLUSIVE; COMMIT', instead: 'BEGIN; COMMIT' }
	],
	/** What a frame holds is believed to be JSON. */
	'no-parse-guard': [
		{
			file: 'server/sockets/socket-connection.ts',
			guard: '} catch {\n\t\treturn undefined;',
			instead: '} catch (error) {\n\t\tthrow error;'
		}
	],
	/** A reader that does not read is waited for. */
	'no-bound': [
		{ file: 'server/sockets/socket-connection.ts', guard: 'if (waiting === 0 ||', instead: 'if (waiting >= 0 ||' }
	],
	/** Every socket has its own compressor, and every message is sent to each by itself. */
	deflate: [
		{
			file: 'server/sockets/socket.ts',
			guard: 'perMessageDeflate: false',
			instead: 'perMessageDeflate: { threshold: 0 }'
		}
	]
} satisfies Record<string, Switch[]>;

export type Sabotage = keyof typeof switches;

const name = process.env.SABOTAGE as Sabotage | undefined;

if (name) {
	const server = new URL('../../../src/hpkv/', import.meta.url);
	const changes: Switch[] = switches[name];
	registerHooks({
		load(url, context, nextLoad) {
			const here = changes.filter(({ file }) => url === new URL(file, server).href);
			if (here.length === 0) return nextLoad(url, context);
			let source = readFileSync(fileURLToPath(url), 'utf8');
			for (const { guard, instead } of here) {
				// A switch whose guard has moved would show nothing.
				if (source.split(guard).length !== 2) throw new Error(`${name}: the guard stands not once in ${url}`);
				source = source.replace(guard, () => instead);
			}
			return { format: 'module-typescript', source, shortCircuit: true };
		}
	});
}

/**
 * The environment in which a process runs with a guard off. `thrifty`: with a small heap, so that what it holds is what it
 * needs and a leak ends it, rather than what a collector has not yet seen to.
 */
export function sabotaged(sabotage?: Sabotage, thrifty = false): Record<string, string> {
	const options = [
		...(sabotage ? [`--import=${import.meta.url}`] : []),
		...(thrifty ? ['--max-old-space-size=64', '--max-semi-space-size=2'] : [])
	];
	return { NODE_OPTIONS: options.join(' '), ...(sabotage && { SABOTAGE: sabotage }) };
}
