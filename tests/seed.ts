/** `npm run seed`: fills the embedded store, of a Parley that runs or not, with rooms and messages to look at. */
import { loadDotEnv } from '../src/hpkv/process/dot-env.ts';
import { openForCommand } from '../src/hpkv/process/open-for-command.ts';
import { readSettings } from '../src/lib/server/runtime/settings.ts';
import { seed } from './fixtures/seed.ts';

try {
	loadDotEnv();
	const { store: settings } = readSettings(process.env);
	if (settings.mode !== 'embedded') throw new Error('Seeding is for the embedded store: unset HPKV_BASE_URL');
	const { dataDir, maxValueBytes } = settings;
	const { store, close } = await openForCommand(dataDir, { make: true, maxValueBytes });
	try {
		console.log(`Seeded ${await seed(store, Date.now())} rooms in ${dataDir}`);
	} finally {
		await close();
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
