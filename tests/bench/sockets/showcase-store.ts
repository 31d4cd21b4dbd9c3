/** Our own store with values as large as the showcase's algorithm makes them: a whole room's history in each. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openEmbedded } from '../../../src/hpkv/embedded/open.server.ts';

const MIB = 1024 * 1024;

const store = await openEmbedded({
	dataDir: process.env.DATA_DIR!,
	apiKey: process.env.HPKV_API_KEY,
	prefix: '',
	allowedOrigin: () => true,
	serveApiKeys: true,
	maxValueBytes: 8 * MIB
});
const server = createServer((req, res) => store.request(req, res));
server.on('upgrade', (req, socket, head) => store.upgrade(req, socket, head));
server.listen(0, '127.0.0.1', () => {
	console.log(`The showcase's store at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
