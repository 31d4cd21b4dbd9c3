/** Pages of a place with a thousand rooms. */
import { openEmbedded } from '../../../src/hpkv/embedded/open.server.ts';
import { createRoom } from '../../../src/lib/server/rooms/rooms.ts';
import { deploy, UNLIMITED } from '../../support/process.ts';
import { Person } from '../person.ts';
import { expect, test } from '../test.ts';

/** In bytes of HTML: what a thousand rooms may add to a page. */
const MORE = 60_000;

const names = (count: number) => Array.from({ length: count }, (_, i) => `Room ${String(i).padStart(4, '0')}`);

/** Pages of a place with so many rooms, for somebody who has starred the last and opened the one before it. */
async function pagesAmong(count: number) {
	const app = await deploy('embedded', UNLIMITED, async (dataDir) => {
		const store = await openEmbedded({ dataDir, prefix: '/hpkv', allowedOrigin: () => false, serveApiKeys: false });
		for (const typed of names(count))
			await createRoom(store.client, { typed, person: 'nobody', formId: `many-${typed}` }, Date.now());
		await store.close();
	});
	try {
		const ada = await Person.join(app.url, 'Ada');
		const [open, last] = names(count).slice(-2) as [string, string];
		const slugOf = (name: string) => name.toLowerCase().replaceAll(' ', '-');
		await ada.post('/?/star', { room: slugOf(last), act: 'star' });
		const text = async (path: string) => (await ada.get(path)).text();
		return { open, last, room: await text(`/rooms/${slugOf(open)}`), home: await text('/'), you: await text('/you') };
	} finally {
		await app.remove();
	}
}

const rows = (html: string) => new Set(html.match(/href="[^"]*\/rooms\/room-\d{4}"/g)).size;

test('with a thousand rooms a page lists a hundred: starred and open ones, then the first, and leads to all', async () => {
	const [few, many] = [await pagesAmong(10), await pagesAmong(1_000)];
	for (const page of ['room', 'home', 'you'] as const) {
		expect(rows(many[page]), page).toBeLessThanOrEqual(100);
		expect(rows(many[page]), page).toBeGreaterThanOrEqual(50);
		expect(many[page]).toContain('All rooms');
		expect(many[page]).toContain(`>${many.last}<`);
		expect(many[page].length - few[page].length, page).toBeLessThanOrEqual(MORE);
	}
	expect(many.room).toContain(`>${many.open}<`);
	expect(few.room).not.toContain('All rooms');
	console.log(
		(['room', 'home', 'you'] as const)
			.map((page) => `${page}: ${(many[page].length - few[page].length).toLocaleString('en')} B more`)
			.join(', ')
	);
});
