/**
 * Damages the files of a store in many places and opens it each time: what comes back must be what was written, or a
 * refusal to start. Prints what it saw as one line of JSON. `node damage.ts flip|header|cut|log SEED`.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../src/hpkv/engine/engine.ts';
import { sqliteEngine } from '../../../src/hpkv/engine/sqlite/sqlite-engine.ts';
import { below, seeded } from './random.ts';

const PAGE = 4_096;
const TIMES = 200;
const RECORDS = 300;
const [kind, seedText] = process.argv.slice(2);
const random = seeded(Number(seedText));
const folder = join(tmpdir(), `hpkv-damage-${process.pid}`);
const sound = join(folder, 'sound');
const damaged = join(folder, 'damaged');
const read = async (engine: Engine) => JSON.stringify((await engine.range('!', '~', 1_000)).records);

/** A store of some pages; stopped, or as a kill would leave it, its last transactions in the log alone. */
async function written(): Promise<string> {
	const { engine } = sqliteEngine(sound, 10_240);
	for (let batch = 0; batch < RECORDS / 20; batch++) {
		await Promise.all(
			Array.from({ length: 20 }, (_, n) => {
				const key = `record:${below(random, 1e9)}:${batch * 20 + n}`;
				return engine.set(key, `${key} `.repeat(1 + below(random, 12)));
			})
		);
		if (batch % 4 === 3) for (const { key } of (await engine.range('!', '~', 5)).records) await engine.delete(key);
	}
	const all = await read(engine);
	if (kind === 'log') cpSync(sound, damaged, { recursive: true });
	await engine.close();
	if (kind === 'log') {
		rmSync(sound, { recursive: true });
		cpSync(damaged, sound, { recursive: true });
	}
	return all;
}

/** Of the log's last transaction nobody can tell a flipped bit from a torn write. */
function beforeLastTransaction(log: Buffer): number {
	const commits: number[] = [];
	for (let at = 32; at + 24 + PAGE <= log.length; at += 24 + PAGE) if (log.readUInt32BE(at + 4)) commits.push(at);
	return commits.at(-2)! + 24 + PAGE;
}

const seen = { times: TIMES, same: 0, refused: 0, different: 0, unnamed: 0 };
try {
	mkdirSync(folder);
	const expected = await written();
	const file = kind === 'log' ? 'hpkv.db-wal' : 'hpkv.db';
	const bytes = readFileSync(join(sound, file));
	const end = kind === 'log' ? beforeLastTransaction(bytes) : bytes.length;
	for (let time = 0; time < TIMES; time++) {
		rmSync(damaged, { recursive: true, force: true });
		cpSync(sound, damaged, { recursive: true });
		const copy = Buffer.from(bytes);
		// Where a page says how many records it holds: what a flip hides there, no checksum of a record can miss.
		const at = kind === 'header' ? below(random, end / PAGE) * PAGE + 3 + below(random, 2) : below(random, end);
		if (kind === 'cut') writeFileSync(join(damaged, file), copy.subarray(0, at));
		else {
			copy[at]! ^= 1 << below(random, 8);
			writeFileSync(join(damaged, file), copy);
		}
		let engine: Engine | undefined;
		try {
			engine = sqliteEngine(damaged, 10_240).engine;
			if ((await read(engine)) === expected) seen.same++;
			else seen.different++;
		} catch (error) {
			seen.refused++;
			// The sentence names the file.
			if (!(error instanceof Error && error.message.includes('hpkv.db'))) seen.unnamed++;
		} finally {
			await engine?.close().catch(() => {});
		}
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify(seen));
