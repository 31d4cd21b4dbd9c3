/** Direct messages of a page with a script: live in the list and in the room, and completion of names. */
import { composer, connection, expect, message, openAs, room, say, test } from '../test.ts';

test('a first message appears in the list of a page that is open elsewhere; in the room, typing and a block are live', async ({
	page,
	someone,
	stranger
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(`Kitchen of ${ada.name}`);
	await openAs(page, ada, kitchen, true);
	await expect(connection(page)).toHaveText('Live');
	const list = page.getByRole('list', { name: 'Direct messages' });
	await expect(list).toHaveCount(0);

	const path = await grace.startWith(ada.name);
	await grace.say(path, 'Hello');
	await expect(list.getByRole('link')).toHaveText(new RegExp(`${grace.name}.*1 unread`, 's'));
	await grace.say(path, 'Are you there?');
	await expect(list.getByRole('link')).toHaveText(new RegExp(`${grace.name}.*2 unread`, 's'));
	await expect(page).toHaveTitle(/^\(2\) /);
	await list.getByRole('link').click();
	await expect(message(page, 'Are you there?')).toBeVisible();
	await expect(list.getByText('unread')).toHaveCount(0);

	const other = await stranger();
	await openAs(other, grace, path, true);
	await expect(connection(other)).toHaveText('Live');
	await expect(connection(page)).toHaveText('Live');
	await composer(other).pressSequentially('I ');
	await expect(page.getByText(`${grace.name} is typing`)).toBeVisible();
	// The other, without oneself.
	await expect(page.getByRole('button', { name: '1 online' })).toBeVisible();
	await say(page, 'Yes.');
	await expect(message(other, 'Yes.')).toBeVisible();
	// The list follows while another room is open.
	await page.goto(kitchen);
	await expect(room(page, `Kitchen of ${ada.name}`)).toBeVisible();

	await page.goto(path);
	await page.getByRole('button', { name: 'Room menu' }).click();
	await page.getByRole('button', { name: 'Block messages' }).click();
	await expect(page.getByText(`You have blocked ${grace.name}. Unblock to write here.`)).toBeVisible();
	await expect(other.getByText(`${ada.name} has blocked your messages.`)).toBeVisible();
});

test('names are completed, several one after the other, and found by Ctrl K', async ({ page, someone }) => {
	const [ada, grace, eve] = [await someone('Ada'), await someone('Grace'), await someone('Eve')];
	await openAs(page, ada, '/', true);
	await page.keyboard.press('Control+k');
	await page.keyboard.type(grace.name);
	await page.getByRole('option', { name: 'new message' }).click();
	const to = page.getByRole('combobox', { name: 'To' });
	await expect(to).toHaveValue(grace.name);
	await to.press('End');
	await to.pressSequentially(`, ${eve.name.slice(0, -1)}`);
	await expect(page.getByRole('option', { name: eve.name })).toBeVisible();
	await page.getByRole('option', { name: eve.name }).click();
	await expect(to).toHaveValue(`${grace.name}, ${eve.name}, `);
	await to.press('Enter');
	await expect(page.getByRole('heading', { name: new RegExp(`${grace.name}|${eve.name}`) })).toBeVisible();
	await expect(page.getByRole('heading', { level: 1 })).toContainText(',');
});
