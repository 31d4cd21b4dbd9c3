import { KeptContext } from '../kept-contexts.ts';
import { expect, test } from '../test.ts';

test('a kept browser context has no cookie, storage or history of the test before, and one with a route is not kept', async ({
	browser,
	app
}) => {
	const kept = await KeptContext.open(browser, app.url, '');
	const { context, page } = kept;
	const held = async () => ({
		cookies: (await context.cookies()).length,
		...(await page.evaluate(async () => ({
			local: localStorage.length,
			session: sessionStorage.length,
			databases: (await indexedDB.databases()).length,
			caches: (await caches.keys()).length,
			visited: history.length
		})))
	});
	await page.goto('/');
	await page.goto('/help');
	await page.evaluate(async () => {
		document.cookie = 'left=behind';
		localStorage.setItem('left', 'behind');
		sessionStorage.setItem('left', 'behind');
		await new Promise((resolve) => (indexedDB.open('left').onsuccess = resolve));
		await caches.open('left');
	});
	await context.newPage();
	const before = await held();
	expect(Math.min(...Object.values(before))).toBeGreaterThan(0);
	expect(before.visited).toBeGreaterThan(1);

	expect(await kept.reset()).toBe(true);
	expect(await held()).toEqual({ cookies: 0, local: 0, session: 0, databases: 0, caches: 0, visited: 1 });
	expect(context.pages()).toEqual([page]);

	await page.route('**/nowhere', (route) => route.abort());
	expect(await kept.reset()).toBe(false);
	await context.close();
});
