/** A busy room: its page keeps up, misses no message and keeps the reader's place. */
import { sayAtRate, watchBusyPage } from '../../support/busy-page.ts';
import { past } from '../past.ts';
import { enter, reading, topOf, wheel } from '../scroll.ts';
import { expect, fresh, lines, messages, test } from '../test.ts';

/**
 * CPU milliseconds per message: several times the usual. When each message rendered all rows again, a message took 32 ms
 * among a hundred rows and 64 to 92 ms among three hundred.
 */
const A_MESSAGE = 25;

test('a page keeps up with fifty messages a second, at the newest and scrolled up', async ({ page, someone, app }) => {
	const [ada, ...others] = await Promise.all(['Ada', 'Grace', 'Lin', 'Tomás', 'Yuki', 'Noor'].map(someone));
	const [grace] = others;
	if (!ada || !grace) throw new Error('Nobody is there');
	const kitchen = await grace.createRoom(fresh('Kitchen'));
	const texts = lines(1, 320).map((text, i) => (i % 4 ? text : `**${text}** of @Ada`));
	await past(app, grace, kitchen, texts);
	await enter(page, ada, kitchen);
	const say = (seconds: number) =>
		sayAtRate(others, kitchen, { perSecond: 50, seconds }, (i) => (i % 4 ? 'Words' : '*More* words, @Grace'));
	let newest = 320;
	const last = () => page.locator(`#m-${newest}`);

	await test.step('at the newest', async () => {
		const stop = await watchBusyPage(page);
		newest += await say(10);
		await expect(last()).toBeInViewport();
		const { shown, worked } = await stop();
		expect(shown).toEqual(Array.from({ length: newest - 320 }, (_, i) => 321 + i));
		expect(worked / shown.length).toBeLessThan(A_MESSAGE);
		expect(await messages(page).count()).toBeLessThanOrEqual(150);
	});

	await test.step('scrolled up', async () => {
		while ((await messages(page).count()) < 300) await wheel(page, -900);
		await wheel(page, 900);
		const { n, top } = await reading(page);
		const stop = await watchBusyPage(page);
		const said = await say(5);
		newest += said;
		await expect(page.getByRole('button', { name: '99+ new ↓' })).toBeVisible();
		expect((await stop()).worked / said).toBeLessThan(A_MESSAGE);
		expect(Math.abs((await topOf(page, n)) - top)).toBeLessThanOrEqual(1);
		expect(await messages(page).count()).toBeLessThanOrEqual(300);
		await page.getByRole('button', { name: '99+ new ↓' }).click();
		await expect(last()).toBeInViewport();
		const numbers = await messages(page).evaluateAll((rows) => rows.map(({ id }) => Number(id.slice(2))));
		expect(numbers).toEqual(numbers.map((_, i) => newest - numbers.length + 1 + i));
	});
});
