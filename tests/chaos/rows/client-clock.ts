import type { Row } from '../row.ts';

const YEAR = 365 * 86_400_000;

/** Runs in the page: its clock is wrong by so much. */
function shift(by: number): void {
	const RealDate = Date;
	globalThis.Date = new Proxy(RealDate, {
		construct: (_, words: unknown[]) =>
			words.length === 0 ? new RealDate(RealDate.now() + by) : (Reflect.construct(RealDate, words) as Date),
		get: (_, name) => (name === 'now' ? () => RealDate.now() + by : (Reflect.get(RealDate, name) as unknown))
	});
}

/** Browsers whose clocks are a year ahead and a year behind send and show like any other. */
export const clientClock: Row = {
	id: 'client-clock',
	guards: ['the-browsers-day'],
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const browser = await stage.browser();
		const room = await stage.room(await stage.join(node.url));
		for (const by of [YEAR, -YEAR]) {
			const context = await browser.newContext();
			await context.addInitScript(shift, by);
			await stage.tab(context, await stage.join(node.url, by > 0 ? 'Early' : 'Late'), room);
		}
		await stage.reader(await stage.join(node.url), room);
		for (let said = 0; said < stage.size(3, 20); said++) {
			await Promise.all(room.tabs.map((tab) => tab.write('what time is it?')));
		}
		await stage.until(() => room.tabs.every(({ unsent }) => unsent === 0), 10_000, 'all that was written is sent');
		await stage.caughtUp(10_000);
		for (const { page, name } of room.tabs) {
			const times = await page
				.locator('[role=log] article time')
				.evaluateAll((all) => all.map((time) => Date.parse(time.getAttribute('datetime') ?? '')));
			const off = times.filter((time) => Math.abs(time - Date.now()) > 600_000).length;
			stage.expect(times.length > 0 && off === 0, `${off} of ${times.length} times in ${name} are not the server’s`);
		}
		return node.url;
	}
};
