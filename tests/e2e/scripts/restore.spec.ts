/** A restored store with open pages. */
import { rmSync } from 'node:fs';
import { command } from '../../../src/hpkv/process/cli.ts';
import { everyMessage, Person } from '../person.ts';
import { composer, connection, expect, line, lines, message, messages, openAs, room, send, test } from '../test.ts';

const texts = (wanted: string[]) => wanted.map((text) => new RegExp(text));

test('an open page of a restored store shows the restored messages, keeps the draft, and sends the outbox', async ({
	page,
	stranger,
	own
}) => {
	const app = await own();
	const [ada, grace] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Grace')];
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, ...lines(1, 4));
	await ada.post(`${kitchen}/1?/react`, { n: '1', emoji: '👍' });
	const backup = `${app.dataDir}/backup.db`;
	await command('backup', backup, app.dataDir);

	const attic = await ada.createRoom('Attic');
	await ada.say(kitchen, ...lines(5, 9));
	await ada.post(`${kitchen}/2?/edit`, { n: '2', message: 'Of a future that will not be' });
	await openAs(page, ada, kitchen, true);
	await expect(connection(page)).toHaveText('Live');
	await expect(messages(page)).toHaveCount(9);
	const elsewhere = await stranger();
	await openAs(elsewhere, ada, attic, true);
	await expect(connection(elsewhere)).toHaveText('Live');
	await page.route('**/*?/send', (route) => route.abort('connectionreset'));
	await send(page, 'Not answered');
	await expect(message(page, 'Not answered')).toContainText('Waiting for connection.');
	await composer(page).fill('Half a thought');

	await app.app().stop();
	await command('restore', backup, app.dataDir);
	rmSync(backup);
	// The pages reconnect only after the store's counters have passed the pages' cursors.
	for (const each of [page, elsewhere]) await each.route(/[/](watch|since)/, (route) => route.abort());
	await app.restart();
	await grace.say(kitchen, ...lines(105, 112));
	await grace.post(`${kitchen}/3?/react`, { n: '3', emoji: '🎉' });
	for (const each of [page, elsewhere]) await each.unroute(/[/](watch|since)/);

	await expect(connection(page)).toHaveText('Live');
	await expect(messages(page)).toHaveText([...texts([...lines(1, 4), ...lines(105, 112)]), /Not answered/]);
	await expect(composer(page)).toHaveValue('Half a thought');
	await page.unroute('**/*?/send');
	await expect.poll(() => everyMessage(app.url, kitchen)).toHaveLength(13);
	await expect(messages(page)).toHaveText([...texts([...lines(1, 4), ...lines(105, 112)]), /Not answered/]);
	await expect(message(page, line(2))).toHaveCount(1);
	await expect(message(page, line(3)).getByRole('button', { name: /^🎉 1/ })).toBeVisible();
	await grace.say(kitchen, line(114));
	await expect(message(page, line(114))).toBeVisible();

	// The restored store lacks this room.
	await expect(elsewhere.getByText('This room doesn’t exist')).toBeVisible();
});

test('a read mark from before the restore hides no new message', async ({ page, own }) => {
	const app = await own();
	const [ada, grace] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Grace')];
	const [kitchen, attic] = [await ada.createRoom('Kitchen'), await ada.createRoom('Attic')];
	await grace.say(kitchen, ...lines(1, 3));
	await ada.post(`${kitchen}/read`, { n: '3' });
	const backup = `${app.dataDir}/backup.db`;
	await command('backup', backup, app.dataDir);
	await grace.say(kitchen, ...lines(4, 9));
	await openAs(page, ada, kitchen, true);
	await expect(message(page, line(9))).toBeVisible();
	await expect(room(page, 'Kitchen').locator('.count')).toHaveCount(0);
	await page.goto(app.url + attic);
	await expect(connection(page)).toHaveText('Live');

	await app.app().stop();
	await command('restore', backup, app.dataDir);
	await app.restart();
	await expect(connection(page)).toHaveText('Live');
	await grace.say(kitchen, ...lines(104, 107));
	await expect(room(page, 'Kitchen').locator('.count')).toHaveText(/^4 unread/);
});
