import { createRoom, expect, fresh, join, log, message, open, send, test } from './test.ts';

test('a person joins, creates a room and talks in it', async ({ page, scripts }) => {
	const ada = fresh('Ada');
	await open(page, '/', scripts);
	await join(page, ada);
	const room = fresh('Kitchen');
	await createRoom(page, room);
	await send(page, 'Is there tea?');
	await expect(message(page, 'Is there tea?')).toHaveCount(1);
	await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('');
	await send(page, 'There is now.');
	await expect(log(page).getByRole('article')).toHaveCount(2);

	await open(page, '/', scripts);
	const row = page.getByRole('list', { name: 'Rooms' }).getByRole('link', { name: room });
	await expect(row).toContainText('There is now.');
});
