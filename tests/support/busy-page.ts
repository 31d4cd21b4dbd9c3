/** Measures a page's main thread while messages arrive. */
import type { Page } from 'playwright';

export interface Busy {
	/** CPU time of the main thread / elapsed time. */
	share: number;
	/** CPU time of the main thread, in milliseconds. */
	worked: number;
	/** The longest task, in milliseconds; 0 if no task took 50 ms, the limit for a long task. */
	longest: number;
	/** Numbers of the added messages, in the order of insertion. */
	shown: number[];
}

interface Watched {
	longest: number;
	shown: number[];
}

/** Starts measuring. @returns a function that stops and reports */
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
		// A received row has its id at insertion. A row sent from this page gets its id later, and is not counted.
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

/** Sends messages at a steady rate from several people, without waiting for answers. @returns the number of messages */
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
