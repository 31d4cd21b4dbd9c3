/** `npm run hpkv`: runs the store alone, for any HPKV program, or a command on its files. */
import { loadDotEnv } from './dot-env.ts';
import { storeCommand } from './store-command.ts';

try {
	loadDotEnv();
	await storeCommand(process.argv.slice(2), process.env);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
