import type { Row } from '../row.ts';

/** Two tabs of one person and a page of another write at once, and half of the answers to the sends are lost. */
export const tabs: Row = {
	id: 'tabs',
	guards: ['new-id-each-try'],
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const browser = await stage.browser();
		const [ada, grace] = [await stage.join(node.url), await stage.join(node.url, 'Grace')];
		const room = await stage.room(ada);
		const own = await browser.newContext();
		const other = await browser.newContext();
		let lost = 0;
		for (const context of [own, other]) {
			await context.route(/[?]\/send$/, async (route) => {
				if (stage.random() < 0.5) return route.continue();
				lost++;
				await route.fetch();
				// The page may have been closed meanwhile.
				await route.abort('connectionreset').catch(() => undefined);
			});
		}
		const first = await stage.tab(own, ada, room);
		const second = await stage.tab(own, ada, room);
		const third = await stage.tab(other, grace, room);
		await stage.reader(grace, room);
		for (let said = 0; said < stage.size(8, 60); said++) {
			await Promise.all([first, second, third].map((tab) => tab.write('do you hear me?')));
		}
		// The last one of which nothing was heard goes out with the next.
		for (const context of [own, other]) await context.unroute(/[?]\/send$/);
		await Promise.all([first, second, third].map((tab) => tab.write('and now?')));
		const waiting = () => [first, second, third].reduce((sum, tab) => sum + tab.unsent, 0);
		await stage.until(() => waiting() === 0, 35_000, 'all that was written is shown as sent');
		await stage.caughtUp(35_000);
		stage.figure('answers_lost', lost);
		return node.url;
	}
};
