import type { Page } from 'playwright/test';
import { connection, expect, openAs } from './test.ts';
import type { Person } from './person.ts';

/** Opens a room and waits until it receives live events. */
export async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

export const scroller = (page: Page) => page.locator('.scroller');

/** Number and top of the messages whose top is in view. */
export const inView = (page: Page): Promise<{ n: number; top: number }[]> =>
	scroller(page).evaluate(async (view) => {
		// After a paint: the scroll position is corrected in the frame in which heights change.
		await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
		const edge = view.getBoundingClientRect();
		return [...view.querySelectorAll('article[id]')]
			.map((row) => ({ n: Number(row.id.slice(2)), top: row.getBoundingClientRect().top - edge.top }))
			.filter(({ top }) => top >= 0 && top < edge.height);
	});

/** The top of a message in the view, in pixels. */
export async function topOf(page: Page, n: number): Promise<number> {
	const found = (await inView(page)).find((row) => row.n === n);
	if (!found) throw new Error(`${n} does not begin in view`);
	return found.top;
}

export async function reading(page: Page): Promise<{ n: number; top: number }> {
	const [first] = await inView(page);
	if (!first) throw new Error('No message begins in view');
	return first;
}

/** Turns the wheel over the messages; negative is up. Resolves when scrolling has stopped. */
export async function wheel(page: Page, pixels: number): Promise<void> {
	const box = await scroller(page).boundingBox();
	if (!box) throw new Error('There is nothing to scroll');
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	await page.mouse.wheel(0, pixels);
	await scroller(page).evaluate(
		(view) =>
			new Promise<void>((resolve) => {
				let still = 0;
				let last = view.scrollTop;
				const look = () => {
					still = view.scrollTop === last ? still + 1 : 0;
					last = view.scrollTop;
					if (still > 6) resolve();
					else requestAnimationFrame(look);
				};
				requestAnimationFrame(look);
			})
	);
}
