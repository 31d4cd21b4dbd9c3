/**
 * Secret words in everything that a private room and direct messages hold: people who are not in the room ask every route in
 * every way and listen with every token, and get no byte of them, nor a sign that there is such a room.
 * The chaos row `canary` is the same, and must find something with each of its guards switched off.
 */
import { hostedStore } from '../../../src/hpkv/clients/rest.ts';
import { furnish } from '../../canary/place.ts';
import { routes } from '../../canary/routes.ts';
import { listen } from '../../canary/sockets.ts';
import { walk } from '../../canary/walk.ts';
import { ruledRoutes } from '../../../src/lib/server/admission/route-rules.ts';
import { removeMember } from '../../../src/lib/server/rooms/removal.ts';
import { openBucket } from '../../support/bucket.ts';
import { deploy, UNLIMITED } from '../../support/process.ts';
import { expect, test } from '../test.ts';

/** The chaos row asks as owners and deactivated people too. */
const VISITORS = ['nobody', 'other', 'guest', 'operator', 'late', 'removed', 'blocked'];
const API_KEY = 'a-key-for-the-test-0123456789';

test('every route is asked, and each of its form actions', () => {
	expect(routes.map(({ id }) => id)).toEqual([...ruledRoutes].sort());
	expect(routes.find(({ id }) => id === '/rooms/[slug]')?.actions).toEqual(
		expect.arrayContaining(['send', 'join', 'edit', 'delete', 'react', 'unread'])
	);
	expect(routes.find(({ id }) => id === '/signin/[token]')?.actions).toEqual(['default']);
});

test.describe.configure({ timeout: 600_000 });

for (const mode of ['embedded', 'hosted'] as const) {
	test(`${mode}: private rooms and direct messages tell nobody outside that they are there`, async () => {
		const bucket = mode === 'hosted' ? await openBucket() : undefined;
		const own = bucket?.env ?? { HPKV_API_KEY: API_KEY };
		const app = await deploy(mode, { ...UNLIMITED, JOINING: '', READING: '', ...own });
		try {
			const store = hostedStore({
				baseUrl: app.records.replace(/\/record$/, ''),
				apiKey: app.apiKey ?? API_KEY,
				maxValueBytes: 40_960,
				dropsHolders: mode === 'embedded'
			});
			const place = await furnish(app.url, store);
			expect(await listen(place, removeMember)).toEqual([]);
			const { leaks, asked } = await walk(place, VISITORS);
			expect(leaks).toEqual([]);
			expect(asked).toBeGreaterThan(3_000);
		} finally {
			await app.remove();
			await bucket?.remove();
		}
	});
}
