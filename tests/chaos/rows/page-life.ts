import { Line } from '../line.ts';
import type { Row } from '../row.ts';

const MENDED_WITHIN = 15_000;

/** A real page goes offline, sleeps, and is left and come back to, while others write; what it wrote meanwhile goes out. */
export const pageLife: Row = {
	id: 'page-life',
	guards: ['nothing-goes-out-again'],
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const browser = await stage.browser();
		const [ada, grace] = [await stage.join(node.url), await stage.join(node.url, 'Grace')];
		const line = await Line.to(node.url);
		stage.later(() => line.close());
		let kept = 0;
		for (let round = 0; round < stage.size(1, 6); round++) {
			// A way back that is a load shows the newest fifty: a room of its own has fewer.
			const room = await stage.room(ada);
			const context = await browser.newContext();
			const tab = await stage.tab(context, ada, room, line.url);
			await stage.reader(grace, room);
			const sender = stage.sender(grace, room);
			const others = async () => {
				for (let said = 0; said < stage.size(3, 14); said++) await sender.say('from outside');
			};
			await tab.write('before it all');
			await context.setOffline(true);
			line.cut();
			await tab.write('written offline');
			await tab.write('and once more');
			await others();
			await tab.status('Offline');
			await context.setOffline(false);
			await stage.until(() => tab.unsent === 0, MENDED_WITHIN, 'what was written offline is sent');
			stage.figure('online_ms', await stage.caughtUp(MENDED_WITHIN));

			const session = await context.newCDPSession(tab.page);
			await session.send('Page.setWebLifecycleState', { state: 'frozen' });
			line.cut(true);
			await others();
			await session.send('Page.setWebLifecycleState', { state: 'active' });
			stage.figure('thawed_ms', await stage.caughtUp(MENDED_WITHIN));

			await tab.page.evaluate(() => Object.assign(globalThis, { isHere: true }));
			const there = tab.page.url();
			await tab.page.goto(`${node.url}/you`);
			await others();
			// A page that writes its own address down meanwhile, as it does when its script begins, passes for the way back.
			await tab.page.goBack();
			await tab.page.waitForURL(there);
			if (await tab.page.evaluate(() => 'isHere' in globalThis)) kept++;
			await tab.status('Live');
			await tab.write('back again');
			await stage.until(() => tab.unsent === 0, MENDED_WITHIN, 'what is written after the way back is sent');
			stage.figure('back_ms', await stage.caughtUp(MENDED_WITHIN));
			await context.close();
		}
		// Not every browser keeps a page that has a socket; then the way back is a load.
		stage.figure('kept_for_the_way_back', kept);
		return node.url;
	}
};
