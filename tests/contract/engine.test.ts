import { memoryEngine } from '../../src/hpkv/engine/memory/memory-engine.ts';
import { sqliteEngine } from '../../src/hpkv/engine/sqlite/sqlite-engine.ts';
import { forget, freshDirectory } from './alone.ts';
import { engineContract } from './engine.contract.ts';

const MAX_VALUE = 64 * 1024;

engineContract('the memory engine', () => {
	const engine = memoryEngine(MAX_VALUE);
	return Promise.resolve({ engine, close: () => engine.close() });
});

engineContract('the SQLite engine', () => {
	const dataDir = freshDirectory();
	const { engine } = sqliteEngine(dataDir, MAX_VALUE);
	return Promise.resolve({ engine, close: () => engine.close().then(() => forget(dataDir)) });
});
