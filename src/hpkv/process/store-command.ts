/** What `npm run hpkv -- …` does; src/cli.ts has the same commands. */
import { command } from './cli.ts';
import { copyCommand } from './copy-command.ts';
import { serve } from './serve.ts';
import { readSettings, type Settings } from './settings.ts';

/** Without a name, runs the store. Throws an Error with a sentence on failure. */
export async function storeCommand([name, ...args]: string[], environment: NodeJS.ProcessEnv): Promise<void> {
	if (name === undefined) await serve(settingsIn(environment));
	else console.log(await recordsCommand(name, args, environment));
}

/** Runs `backup`, `verify`, `restore` or `copy` and returns what it has to say. Throws an Error with a sentence on failure. */
export async function recordsCommand(name: string, args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
	const settings = settingsIn(environment);
	if (settings.databaseUrl !== undefined && name !== 'copy' && !(name === 'verify' && args[0] !== undefined)) {
		throw new Error(
			`${name} works on DATA_DIR, and DATABASE_URL names a database: use its own backups and pg_dump, or copy its address to a directory`
		);
	}
	if (name === 'copy') return copyCommand(args, environment, (line) => console.error(line));
	return command(name, args[0], settings.dataDir, endpointIn(environment));
}

function settingsIn(environment: NodeJS.ProcessEnv): Settings {
	const settings = readSettings(environment);
	if ('wrong' in settings) throw new Error(settings.wrong.join('\n'));
	return settings;
}

/** Where Parley's own setting names an endpoint, that is the store. */
function endpointIn({ HPKV_BASE_URL: baseUrl, HPKV_API_KEY: apiKey }: NodeJS.ProcessEnv) {
	return baseUrl ? { baseUrl, apiKey } : undefined;
}
