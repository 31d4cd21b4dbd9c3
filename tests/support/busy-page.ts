/** How busy a page's main thread is while messages come, how long its longest task was, and what it showed. */
import type { Page } from 'playwright';

export interface Busy {
	/** The part of the time that the main thread worked; what it waited for a processor is not counted. */
	share: number;
	/** How long it worked, in milliseconds. */
	worked: number;
	/** Of a task, in milliseconds; 0 where none took 50 or more, which is what a browser calls long. */
	longest: number;
	/** The numbers of the messages that were put in, in the order in which they were. */
	shown: number[];
}

interface Watched {
	longest: number;
	shown: number[];
}

/** Begins to watch. @returns what ends it */
export async function watchBusyPage(page: Page): Promise<() => Promise<Busy>> {
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
	const worked = async () => {
		const { metrics } = await cdp.send('Performance.getMetrics');
		return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1_000;
	};
	await page.evaluate(() => {
		const watched: Watched = { longest: 0, shown: [] };
		(window as unknown as { watched: Watched }).watched = watched;
		new PerformanceObserver((list) => {
			for (const { duration } of list.getEntries()) watched.longest = Math.max(watched.longest, duration);
		}).observe({ type: 'longtask' });
		const log = document.querySelector('[role=log]');
		if (!log) throw new Error('There is no log of messages');
		// Its id comes to a message that is put in before it is put in, and to one that was sent from here when it settles.
		new MutationObserver((records) => {
			for (const { addedNodes } of records) {
				for (const node of addedNodes) {
					const id = node instanceof Element && node.matches('article') ? node.id : '';
					if (id) watched.shown.push(Number(id.slice(2)));
				}
			}
		}).observe(log, { childList: true });
	});
	const [began, before] = [performance.now(), await worked()];
	return async () => {
		const after = (await worked()) - before;
		const share = after / (performance.now() - began);
		const watched = await page.evaluate(() => (window as unknown as { watched: Watched }).watched);
		await cdp.detach();
		return { ...watched, worked: after, share };
	};
}

/** Messages at a steady rate from several people at once, however long each takes. */
export async function sayAtRate(
	people: readonly { send: (room: string, text: string) => Promise<Response> }[],
	room: string,
	{ perSecond, seconds }: { perSecond: number; seconds: number },
	textOf: (i: number) => string
): Promise<number> {
	const count = perSecond * seconds;
	const began = performance.now();
	const sends: Promise<Response>[] = [];
	for (let i = 0; i < count; i++) {
		const early = began + (i * 1_000) / perSecond - performance.now();
		if (early > 0) await new Promise((later) => setTimeout(later, early));
		const person = people[i % people.length];
		if (person) sends.push(person.send(room, textOf(i)));
	}
	const refused = (await Promise.all(sends)).filter(({ status }) => status !== 303);
	if (refused.length > 0) throw new Error(`${refused.length} of ${count} messages were refused`);
	return count;
}
