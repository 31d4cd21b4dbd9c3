/** `npm run hpkv`: runs the store alone, for any HPKV program, or a command on its files. */
import { command } from './cli.ts';
import { copyCommand } from './copy-command.ts';
import { loadDotEnv } from './dot-env.ts';
import { serve } from './serve.ts';
import { readSettings } from './settings.ts';

const [name, ...args] = process.argv.slice(2);

try {
	loadDotEnv();
	const settings = readSettings(process.env);
	if ('wrong' in settings) throw new Error(settings.wrong.join('\n'));
	if (name === undefined) await serve(settings);
	else if (name === 'copy') console.log(await copyCommand(args, process.env, (line) => console.error(line)));
	else console.log(await command(name, args[0], settings.dataDir, endpointIn(process.env)));
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}

/** Where Parley's own setting names an endpoint, that is the store. */
function endpointIn({ HPKV_BASE_URL: baseUrl, HPKV_API_KEY: apiKey }: NodeJS.ProcessEnv) {
	return baseUrl ? { baseUrl, apiKey } : undefined;
}
