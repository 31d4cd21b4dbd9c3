import { rmSync } from 'node:fs';
import { expect, test } from '../test.ts';

test('/healthz is 503 once DATA_DIR was removed, and the log says what to do', async ({ own }) => {
	const app = await own();
	const health = async () => (await fetch(`${app.url}/healthz`)).status;
	expect(await health()).toBe(200);
	rmSync(app.dataDir, { recursive: true });
	await expect.poll(health).toBe(503);
	expect(app.output()).toContain('was removed or replaced while the store has it open; put it back, or restart');
});
