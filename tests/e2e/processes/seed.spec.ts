/** `npm run seed` beside a running Parley. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Person } from '../person.ts';
import { expect, test } from '../test.ts';

const SEED = join(import.meta.dirname, '../../seed.ts');

test('npm run seed fills the store of a running process, which shows the rooms', async ({ own }) => {
	const app = await own();
	const zoe = await Person.join(app.url, 'Zoe');
	const { stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', SEED], {
		// The program reads the .env of the folder in which it runs.
		cwd: tmpdir(),
		encoding: 'utf8',
		env: { PATH: process.env.PATH, DATA_DIR: app.dataDir }
	});
	expect(stderr).toBe('');
	const rooms = Number(/^Seeded (\d+) rooms in /.exec(stdout)?.[1]);
	expect(rooms).toBeGreaterThan(3);
	const listed = async () => new Set((await (await zoe.get('/rooms')).text()).match(/href="\/rooms\/[^"/?#]+"/g)).size;
	await expect.poll(listed).toBe(rooms);
});
