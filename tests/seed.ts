/** `npm run seed`: fills the store of a Parley that is not running with rooms and messages to look at. */
import { existsSync } from 'node:fs';
import { openEmbedded } from '../src/hpkv/server/embed.server.ts';
import { readSettings } from '../src/lib/server/settings.ts';
import { seed } from './fixtures/seed.ts';

if (existsSync('.env')) process.loadEnvFile();
const { store } = readSettings(process.env);
if (store.mode !== 'embedded') throw new Error('Seeding is for the embedded store: unset HPKV_BASE_URL');

const embedded = await openEmbedded({
	dataDir: store.dataDir,
	apiKey: store.apiKey,
	prefix: '/hpkv',
	allowedOrigin: () => false,
	serveApiKeys: false
});
try {
	console.log(`Seeded ${await seed(embedded.client, Date.now())} rooms in ${store.dataDir}`);
} finally {
	await embedded.close();
}
