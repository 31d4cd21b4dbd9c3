/** `npm run hpkv`: runs the store alone, for any HPKV program, or a command on its files. */
import { command } from './cli.ts';
import { loadDotEnv } from './dot-env.ts';
import { serve } from './serve.ts';
import { readSettings } from './settings.ts';

const [name, file] = process.argv.slice(2);

try {
	loadDotEnv();
	const settings = readSettings(process.env);
	if ('wrong' in settings) throw new Error(settings.wrong.join('\n'));
	if (name === undefined) await serve(settings);
	else console.log(await command(name, file, settings.dataDir));
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
