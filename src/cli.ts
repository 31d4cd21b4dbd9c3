/** `npm run parley`: commands for the owner of the server, beside a running Parley or without one. */
import { hostedStore } from './hpkv/clients/rest.ts';
import { loadDotEnv } from './hpkv/process/dot-env.ts';
import { openForCommand } from './hpkv/process/open-for-command.ts';
import { runCommand, USAGE } from './lib/server/setup/commands.ts';
import { readSettings } from './lib/server/runtime/settings.ts';

const args = process.argv.slice(2);

try {
	if (args.length < 2) throw new Error(USAGE);
	loadDotEnv();
	const settings = readSettings(process.env);
	const { store, close } =
		settings.store.mode === 'hosted'
			? { store: hostedStore(settings.store), close: () => Promise.resolve() }
			: await openForCommand(settings.store.dataDir, settings.store);
	const { host, port } = settings.listen;
	const named = host === '127.0.0.1' || host === '::1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
	const origin = settings.origins[0] ?? `http://${named}:${port}`;
	try {
		console.log(await runCommand(args, { store, origin, now: Date.now() }));
	} finally {
		await close();
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
