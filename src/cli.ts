/** `npm run parley`, and `node build/parley.js`: commands for the owner of the server, beside a running Parley or without one. */
import { basename } from 'node:path';
import { hostedStore } from './hpkv/clients/rest.ts';
import { rehearsalOf } from './hpkv/embedded/rehearsal.ts';
import { backupCommand, USAGE as BACKUP_USAGE } from './cli/backups.ts';
import { command as storeFile } from './hpkv/process/cli.ts';
import { openPlace } from './hpkv/process/copy-command.ts';
import { loadDotEnv, namesInDotEnv } from './hpkv/process/dot-env.ts';
import { openForCommand, openSharedForCommand, type CommandStore } from './hpkv/process/open-for-command.ts';
import { storeCommand } from './hpkv/process/store-command.ts';
import { EMBEDDED_MAX_VALUE_BYTES, LARGEST_MAX_VALUE_BYTES } from './hpkv/protocol/limits.ts';
import { examine, findingLine } from './lib/server/doctor/doctor.ts';
import type { Finding } from './lib/server/doctor/finding.ts';
import { endWithin } from './lib/server/doctor/end-within.ts';
import { importCommand, readArguments, USAGE as IMPORT_USAGE } from './lib/server/import/import-command.ts';
import { runCommand, USAGE } from './lib/server/setup/commands.ts';
import { isHeard } from './lib/chat/storage/keys.ts';
import { readSettings, type Settings } from './lib/server/runtime/settings.ts';
import { assertFormat } from './lib/server/storage/format.ts';

const [name = '', ...args] = process.argv.slice(2);

/** How this program was started, for its help. */
const program = basename(process.argv[1] ?? '') === 'cli.ts' ? 'npm run parley --' : 'node build/parley.js';

try {
	loadDotEnv();
	switch (name) {
		case 'store':
			await storeCommand([], process.env);
			break;
		case 'backup':
		case 'verify':
		case 'restore':
		case 'copy':
			console.log(await onRecordsAndFiles());
			break;
		case 'import':
			console.log(await importData());
			break;
		case 'doctor':
			await doctor();
			break;
		default:
			if (args.length === 0) throw new Error(usage());
			console.log(await onPeople());
	}
} catch (error) {
	console.error(error instanceof Error ? error.message.replaceAll('npm run parley --', program) : error);
	process.exitCode = 1;
}

function onRecordsAndFiles(): Promise<string> {
	const settings = readSettings(process.env);
	return backupCommand(name, args, { settings, env: process.env, openStore: () => openStore(settings) });
}

async function onPeople(): Promise<string> {
	const settings = readSettings(process.env);
	const { store, close } = await openStore(settings);
	try {
		await assertFormat(store);
		return await runCommand([name, ...args], { store, origin: originOf(settings), now: Date.now() });
	} finally {
		await close();
	}
}

async function importData(): Promise<string> {
	// Before the store is opened, which makes it where there is none.
	const { flags } = readArguments(args);
	const settings = readSettings(process.env);
	const { maxValueBytes = EMBEDDED_MAX_VALUE_BYTES } = settings.store;
	const { store, close } = await openStore(settings, { make: !flags.includes('--dry-run') });
	try {
		return await importCommand(args, {
			store,
			// The client of a store that runs does not know its largest value.
			rehearsal: rehearsalOf(store, Math.min(store.maxValueBytes, maxValueBytes)),
			// HPKV_API_KEY is the key of Parley's own store: no other endpoint may get it.
			openSource: (from) => openPlace(from, process.env.HPKV_FROM_API_KEY, LARGEST_MAX_VALUE_BYTES),
			clock: Date.now,
			print: console.log
		});
	} finally {
		await close();
	}
}

async function doctor(): Promise<void> {
	const isJson = args.includes('--json');
	const within = args.includes('--within') ? Number(args[args.indexOf('--within') + 1]) : undefined;
	if (within !== undefined && !(within > 0 && within <= 86_400)) throw new Error('--within takes 1 to 86400 seconds');
	if (within !== undefined) endWithin(within * 1_000);
	const findings: Finding[] = [];
	const settings = readSettings(process.env);
	const { store } = settings;
	const isWell = await examine(
		{
			settings,
			dotEnvNames: namesInDotEnv(),
			// Not every machine resolves localhost, and a container may not.
			here: originOf({ ...settings, origins: [] }).replace(
				'//localhost:',
				settings.listen.host.includes(':') ? '//[::1]:' : '//127.0.0.1:'
			),
			verify: () => storeFile('verify', undefined, store.mode === 'embedded' ? store.dataDir : ''),
			openStore: () => openStore(settings),
			clock: Date.now
		},
		(finding) => (isJson ? findings.push(finding) : console.log(findingLine(finding)))
	);
	if (isJson) console.log(JSON.stringify(findings));
	if (!isWell) process.exitCode = 1;
}

function openStore({ store }: Settings, { make = false } = {}): Promise<CommandStore> {
	if (store.mode === 'shared') return openSharedForCommand({ ...store, heard: isHeard });
	if (store.mode === 'embedded') return openForCommand(store.dataDir, { ...store, make });
	return Promise.resolve({ store: hostedStore(store), close: () => Promise.resolve() });
}

/** Where Parley is for people, or for this machine. */
function originOf({ origins, listen: { host, port } }: Settings): string {
	const everywhere = host === '0.0.0.0' || host === '::';
	const named =
		everywhere || host === '127.0.0.1' || host === '::1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
	return origins[0] ?? `http://${named}:${port}`;
}

function usage(): string {
	return `${[USAGE, BACKUP_USAGE, IMPORT_USAGE].join('\n')}
npm run parley -- doctor [--json] [--within SECONDS]
                                      say what is wrong with the machine, the store or the proxy, and what to do;
                                      --within ends it where it takes longer
npm run parley -- store               run the store alone, for other HPKV programs`;
}
