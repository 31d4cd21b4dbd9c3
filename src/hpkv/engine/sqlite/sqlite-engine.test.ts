import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forget, freshDirectory } from '../../../../tests/contract/alone.ts';
import { filesIn, unusable } from './data-directory.ts';
import { makeDatabase, openDatabase } from './database.ts';
import type { Engine, Failed } from '../engine.ts';
import { GroupCommit } from '../single-process/group-commit.ts';
import { sqliteEngine } from './sqlite-engine.ts';
import { SqliteTable } from './sqlite-table.ts';

let dataDir: string;
const open = () => sqliteEngine(dataDir, 10_240).engine;
const databaseFile = (directory: string) => filesIn(directory).database;

beforeEach(() => void (dataDir = `${freshDirectory()}/data`));
afterEach(() => forget(`${dataDir}/..`));

test('records are there after the store was closed and opened', async () => {
	const first = open();
	await first.set('kitchen', 'warm');
	await first.close();
	const second = open();
	expect(await second.get('kitchen')).toBe('warm');
	await second.close();
});

test('directory and file are for their owner alone', async () => {
	const engine = open();
	expect(statSync(dataDir).mode & 0o777).toBe(0o700);
	expect(statSync(databaseFile(dataDir)).mode & 0o777).toBe(0o600);
	await engine.close();
});

test('a directory that is removed while the store runs refuses writes with a sentence, and closing it does no harm', async () => {
	const engine = open();
	await engine.set('a', 'x');
	rmSync(dataDir, { recursive: true });
	await expect
		.poll(() =>
			engine.set('a', 'y').then(
				() => 'written',
				({ message }: Failed) => message
			)
		)
		.toMatch(/hpkv[.]db was removed or replaced while the store has it open; put it back, or restart$/);
	expect(await engine.get('a')).toMatch(/^[xy]$/);
	await engine.close();
	expect(existsSync(dataDir)).toBe(false);
});

test('a directory that is moved away and back takes writes again', async () => {
	const engine = open();
	await engine.set('a', 'x');
	const written = (value: string) => () =>
		engine.set('a', value).then(
			() => true,
			() => false
		);
	renameSync(dataDir, `${dataDir}-elsewhere`);
	await expect.poll(written('y')).toBe(false);
	renameSync(`${dataDir}-elsewhere`, dataDir);
	expect(await written('z')()).toBe(true);
	await engine.close();
	const again = open();
	expect(await again.get('a')).toBe('z');
	await again.close();
});

test.each([
	[
		'is a file',
		'',
		/x[/]data cannot be made, because a part of it is a file: set DATA_DIR to .* the user \S+ can write$/
	],
	['has too long a name', 'y'.repeat(300), /is too long a name: set DATA_DIR to a shorter one$/]
])('a data directory that %s is refused with a sentence', (_, name, sentence) => {
	mkdirSync(dataDir);
	writeFileSync(`${dataDir}/x`, '');
	expect(() => sqliteEngine(`${dataDir}/${name || 'x/data'}`, 10_240)).toThrow(sentence);
});

test('a data directory without rights, on a read-only or on a full disk is refused with path, user and what to do', () => {
	const { username } = userInfo();
	const refusal = (code: string) =>
		unusable(Object.assign(new Error(`${code}: in the system's words`), { code }), '/srv/chat') as Failed;
	for (const code of ['EACCES', 'EROFS', 'ENOSPC']) {
		expect(refusal(code)).toMatchObject({ name: 'Failed', code: code === 'ENOSPC' ? 507 : 503 });
		expect(refusal(code).message).toContain('/srv/chat ');
		expect(refusal(code).message).toContain(`user ${username}`);
	}
	expect(refusal('EACCES').message).toContain('chown');
	expect(refusal('EROFS').message).toContain('read-only: set DATA_DIR');
	expect(refusal('ENOSPC').message).toContain('full');
	expect(refusal('EMFILE')).not.toHaveProperty('name', 'Failed');
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
	'a data directory without rights is refused with a sentence',
	() => {
		mkdirSync(dataDir, { mode: 0o500 });
		expect(open).toThrow(/hpkv[.]db[^ ]* cannot be read and written by the user \S+: give it to them/);
	}
);

test('a second store on the same directory is told so at once', async () => {
	const engine = open();
	await engine.set('a', 'x');
	const began = performance.now();
	expect(open).toThrow(/in use by another process/);
	expect(performance.now() - began).toBeLessThan(10_000);
	await engine.set('a', 'y');
	expect(await engine.get('a')).toBe('y');
	await engine.close();
});

test('a file of another program is left alone', () => {
	mkdirSync(dataDir);
	const other = new DatabaseSync(databaseFile(dataDir));
	other.exec('CREATE TABLE theirs (x)');
	other.close();
	expect(open).toThrow(/not a file of this store/);
	writeFileSync(databaseFile(dataDir), 'This is no database at all. '.repeat(100));
	expect(open).toThrow(/damaged/);
});

test('a record that is not what was written is never served', async () => {
	const engine = open();
	await engine.set('a', 'an honest text');
	await engine.set('b', 'x');
	await engine.close();
	const file = databaseFile(dataDir);
	const bytes = readFileSync(file);
	bytes[bytes.indexOf('honest')]! ^= 1;
	writeFileSync(file, bytes);
	expect(open).toThrow(/hpkv\.db .*backup/);
});

test('text that was deleted or replaced is soon in neither file', async () => {
	const engine = open();
	await engine.set('a', 'the-first-secret');
	await engine.set('b', 'the-second-secret');
	await engine.set('a', 'nothing to see');
	await engine.delete('b');
	await new Promise((later) => setTimeout(later, 1_300));
	for (const suffix of ['', '-wal']) {
		const bytes = readFileSync(databaseFile(dataDir) + suffix);
		expect(bytes.includes('secret')).toBe(false);
	}
	await engine.close();
});

describe('the emptied log, filled with zeros for what comes', () => {
	/** The files as a kill at this moment would leave them, opened anew. */
	const opensAfterKill = async (check: (engine: Engine) => Promise<void>, change: (log: Buffer) => void = () => {}) => {
		const copy = `${freshDirectory()}/data`;
		cpSync(dataDir, copy, { recursive: true });
		const logFile = filesIn(copy).log;
		const log = readFileSync(logFile);
		change(log);
		writeFileSync(logFile, log);
		try {
			const { engine } = sqliteEngine(copy, 10_240);
			await check(engine);
			await engine.close();
		} finally {
			forget(`${copy}/..`);
		}
	};
	const scrubbed = () => new Promise((later) => setTimeout(later, 1_300));

	test('is as large as what it held, and a kill before, in and after the next write loses nothing', async () => {
		const engine = open();
		for (let n = 0; n < 20; n += 1) await engine.set(`before${n}`, 'x'.repeat(1_000));
		const used = statSync(filesIn(dataDir).log).size;
		await scrubbed();
		const log = readFileSync(filesIn(dataDir).log);
		expect(log).toEqual(Buffer.alloc(used));
		await opensAfterKill(async (found) => expect(await found.get('before19')).toHaveLength(1_000));

		await engine.set('after', 'y');
		expect(statSync(filesIn(dataDir).log).size).toBe(used);
		await opensAfterKill(async (found) => {
			expect(await found.get('before0')).toHaveLength(1_000);
			expect(await found.get('after')).toBe('y');
		});
		// Only the header of the next write, and half a frame of it, had reached the file.
		await opensAfterKill(
			async (found) => expect(await found.get('before0')).toHaveLength(1_000),
			(bytes) => bytes.fill(0, 32 + 2_000)
		);
		await engine.close();
	});

	test('is damage where its header is gone but a transaction is there', async () => {
		const engine = open();
		for (let n = 0; n < 20; n += 1) await engine.set(`before${n}`, 'x');
		await scrubbed();
		await engine.set('after', 'y');
		const opened = opensAfterKill(
			async () => {},
			(bytes) => bytes.fill(0, 0, 32)
		);
		await expect(opened).rejects.toThrow(/damaged/);
		await engine.close();
	});
});

test('a full disk refuses writes with 507 and harms nothing; with room again, writes are taken', async () => {
	const file = `${dataDir}.db`;
	makeDatabase(file);
	const database = openDatabase(file);
	const engine = new GroupCommit(new SqliteTable(database, file), 10_240);
	await engine.set('first', 'x');
	// The same error as a disk without room, where none can be mounted.
	database.exec('PRAGMA max_page_count = 40');
	const writes = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => engine.set(`k${n}`, 'x'.repeat(9_000))));
	expect(writes.every((each) => each.status === 'rejected' && (each.reason as Failed).code === 507)).toBe(true);
	expect(await engine.get('first')).toBe('x');
	expect(await engine.get('k0')).toBeUndefined();
	database.exec('PRAGMA max_page_count = 4000');
	await engine.set('k0', 'x');
	expect(await engine.get('k0')).toBe('x');
	await engine.close();
});

test('after a failed sync nothing is acknowledged until the store is started again', async () => {
	const file = `${dataDir}.db`;
	makeDatabase(file);
	const database = openDatabase(file);
	const engine = new GroupCommit(new SqliteTable(database, file), 10_240);
	await engine.set('first', 'x');
	const execute = database.exec.bind(database);
	const failing = vi.spyOn(database, 'exec').mockImplementation((sql) => {
		// SQLITE_IOERR_FSYNC
		if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
		execute(sql);
	});
	await expect(engine.set('a', 'x')).rejects.toThrow(/see to the disk/);
	failing.mockRestore();
	// The next sync would "succeed" without the bytes of the first.
	await expect(engine.set('b', 'x')).rejects.toMatchObject({ code: 503 });
	await engine.close();
	const again = openDatabase(file);
	expect(again.prepare('SELECT count(*) AS records FROM record').get()).toEqual({ records: 1 });
	again.close();
});
