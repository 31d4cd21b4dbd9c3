/** Files in messages, with a script and without: attached, shown, downloaded, refused, deleted. */
import { Person } from '../person.ts';
import { setupPath } from '../../fixtures/world.ts';
import { jpeg, jpegWithMetadata, png, SECRET } from '../../fixtures/pictures.ts';
import { expect, fresh, message, messages, openAs, refusal, test } from '../test.ts';

const picture = { name: 'soup.png', mimeType: 'text/html', buffer: png(1_200, 600) };
const photo = { name: 'me.jpg', mimeType: 'image/jpeg', buffer: jpegWithMetadata(8, 8, 1) };
const webPage = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>top.hasRun = true</script>') };

test('a message of files shows them, serves them to who may read it, and takes them along when it is deleted', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Pictures'));
	await openAs(page, ada, room, scripts);
	await page.getByLabel('Attach files').setInputFiles([picture, photo, webPage, { ...webPage, name: 'other.html' }]);
	if (scripts) {
		const chosen = page.getByRole('list', { name: 'Attached files' });
		await expect(chosen.getByRole('listitem')).toHaveCount(4);
		await chosen.getByRole('button', { name: 'Remove other.html' }).click();
		await expect(chosen).not.toContainText('other.html');
	} else await page.getByLabel('Attach files').setInputFiles([picture, photo, webPage]);
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(messages(page)).toHaveCount(1);
	const shown = messages(page).getByRole('img', { name: 'soup.png' });
	// Its box has the final size before and after it has loaded: a tile, because there are two pictures.
	await expect(shown).toHaveAttribute('width', '320');
	await expect(shown).toHaveAttribute('height', '160');

	const [soup = '', me = ''] = await messages(page)
		.getByRole('img')
		.evaluateAll((all) => all.map((img) => new URL((img as HTMLImageElement).src).pathname));
	const answer = await ada.get(soup);
	expect(answer.headers.get('content-type')).toBe('image/png');
	expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
	expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
	expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
	expect(answer.headers.get('cache-control')).toContain('private');
	expect(Buffer.from(await answer.arrayBuffer()).equals(picture.buffer)).toBe(true);
	const etag = answer.headers.get('etag') ?? '';
	expect((await ada.get(soup, { 'if-none-match': etag })).status).toBe(304);
	const part = await ada.get(soup, { range: 'bytes=1-3' });
	expect([part.status, await part.text()]).toEqual([206, 'PNG']);
	expect((await ada.get(soup, { range: 'bytes=9999999-' })).status).toBe(416);
	expect(Buffer.from(await (await ada.get(me)).arrayBuffer()).includes(SECRET)).toBe(false);
	// Another number, and another file, are not there.
	expect((await ada.get(soup.replace('/files/1/', '/files/2/'))).status).toBe(404);
	expect((await ada.get(soup.replace(/[a-z2-7]{26}/, 'a'.repeat(26)))).status).toBe(404);

	const download = messages(page).getByRole('link', { name: 'Download page.html' });
	const html = await ada.get(await download.evaluate((link) => new URL((link as HTMLAnchorElement).href).pathname));
	expect(html.headers.get('content-type')).toBe('application/octet-stream');
	// Sent as it is, also to a client that takes compressed answers: a download shows its length.
	expect(html.headers.get('content-encoding')).toBeNull();
	expect(html.headers.get('content-length')).toBe(String((await html.arrayBuffer()).byteLength));
	expect(html.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''page\.html$/);

	await page.goto(`${room}/files`);
	await expect(page.getByRole('img', { name: 'soup.png' })).toBeVisible();
	await expect(page.getByRole('link', { name: 'Download page.html' })).toBeVisible();

	expect((await ada.post(`${room}/1?/delete`, { n: '1', erase: '1' })).status).toBe(303);
	expect((await ada.get(soup)).status).toBe(404);
	await page.reload();
	await expect(page.getByText('No files yet.')).toBeVisible();
	// People get a page with the frame, programs the sentence; the same for a file that there never was, in any room.
	const gone = 'This file was deleted, or there never was one';
	const never = soup.replace(/[a-z2-7]{26}/, 'a'.repeat(26));
	for (const address of [soup, never, '/rooms/no-such-room/files/1/' + 'a'.repeat(26) + '/soup.png']) {
		const answer = await page.goto(address);
		expect(answer?.status()).toBe(404);
		await expect(page.getByRole('heading', { name: gone })).toBeVisible();
		await expect(page.getByRole('link', { name: 'All rooms' })).toBeVisible();
		await expect(page.getByRole('navigation').first()).toBeAttached();
		const short = await ada.get(address, { accept: 'image/webp,*/*' });
		expect([short.status, await short.text()]).toEqual([404, expect.stringContaining(gone)]);
		// A sign-in leads to the file, without a script too.
		const stranger = await fetch(new URL(address, page.url()), { headers: { accept: 'text/html' } });
		expect(await stranger.text()).toContain(`signin?next=${encodeURIComponent(address)}`);
	}
});

test('a large picture is shown by a thumbnail, with the rights of the picture, and gone when it is deleted', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Photos'));
	const original = png(2_400, 1_000);
	expect((await ada.sendFiles(room, 'Look', { 'large.png': original })).status).toBe(303);
	await openAs(page, ada, room, scripts);
	const shown = message(page, 'Look').getByRole('img', { name: 'large.png' });
	// The script replaces the message that the page came with: the picture loads in a box of the final size.
	await expect(shown).toHaveAttribute('width', '960');
	const address = new URL((await shown.evaluate((img) => (img as HTMLImageElement).src)) || page.url()).pathname;
	expect(address).toMatch(/\/files\/1\/[a-z2-7]{26}\/thumbnail\/large\.png$/);
	const size = () =>
		shown.evaluate((img) => [(img as HTMLImageElement).naturalWidth, (img as HTMLImageElement).naturalHeight]);
	await expect.poll(size).toEqual([1_200, 500]);
	const answer = await ada.get(address);
	expect(Object.fromEntries(answer.headers)).toMatchObject({
		'content-type': 'image/webp',
		'content-disposition': `inline; filename="large.webp"; filename*=UTF-8''large.webp`,
		'content-security-policy': "default-src 'none'; sandbox",
		'cross-origin-resource-policy': 'same-origin',
		'x-content-type-options': 'nosniff',
		'cache-control': 'private, no-cache, no-transform',
		'content-length': String((await answer.arrayBuffer()).byteLength)
	});
	expect((await ada.get(address, { 'if-none-match': answer.headers.get('etag') ?? '' })).status).toBe(304);
	const link = message(page, 'Look').getByRole('link', { name: 'large.png' });
	const href = await link.evaluate((each) => new URL((each as HTMLAnchorElement).href).pathname);
	expect(Buffer.from(await (await ada.get(href)).arrayBuffer()).equals(original)).toBe(true);

	const other = address.replace('/files/1/', '/files/2/');
	expect((await ada.get(other)).status).toBe(404);
	expect((await ada.post(`${room}/1?/delete`, { n: '1', erase: '1' })).status).toBe(303);
	expect((await ada.get(address)).status).toBe(404);
	expect((await ada.get(address, { 'if-none-match': answer.headers.get('etag') ?? '' })).status).toBe(404);
});

test('pictures that cannot be decoded are sent and shown as they are, and harm no other', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Photos'));
	const hostile = {
		'lying.png': png(2_000, 2_000, { pixels: false }),
		'truncated.jpg': jpeg(3_000, 2_000),
		'huge.png': png(50_000, 50_000, { pixels: false }),
		'polyglot.png': Buffer.concat([png(2_000, 90), Buffer.from('<script>top.hasRun = true</script>')]),
		'good.png': png(2_000, 90)
	};
	expect((await ada.sendFiles(room, 'Look', hostile)).status).toBe(303);
	await openAs(page, ada, room, scripts);
	const sources = await message(page, 'Look')
		.getByRole('img')
		.evaluateAll((all) => all.map((img) => new URL((img as HTMLImageElement).src).pathname));
	const answers = await Promise.all(
		sources.map(async (address) => [address.split('/').at(-1), await ada.get(address)] as const)
	);
	const told = answers.map(([name, { status, headers }]) => [name, status, headers.get('location')?.split('/').at(-1)]);
	expect(told).toEqual([
		['lying.png', 302, 'lying.png'],
		['truncated.jpg', 302, 'truncated.jpg'],
		['polyglot.png', 200, undefined],
		['good.png', 200, undefined]
	]);
	const [location = ''] = answers.map(([, { headers }]) => headers.get('location') ?? '');
	expect(Buffer.from(await (await ada.get(location)).arrayBuffer()).equals(hostile['lying.png'])).toBe(true);
	await expect(message(page, 'Look').getByRole('link', { name: 'Download huge.png' })).toBeVisible();
	expect(await page.evaluate('globalThis.hasRun')).toBeUndefined();
});

test('a refused file is named, and the text and the other files are kept', async ({ page, own, scripts }) => {
	const app = await own({ UPLOAD_MAX: '1', JOINING: 'open', READING: 'everyone' });
	const ada = await Person.join(app.url, fresh('Ada'));
	const room = await ada.createRoom(fresh('Limits'));
	await openAs(page, ada, room, scripts);
	const large = { name: 'large.bin', mimeType: 'image/png', buffer: Buffer.alloc(1_000_001, 1) };
	await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Both of them');
	const empty = { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) };
	await page.getByLabel('Attach files').setInputFiles(scripts ? [large, picture] : [large, empty, picture]);
	// A form that is sent before the tray is loaded carries its files itself, as without a script.
	if (scripts) await expect(page.getByRole('list', { name: 'Attached files' })).toContainText('soup.png');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	const tooLarge = '“large.bin” is too large. A file can have up to 1 MB.';
	if (scripts) {
		await expect(page.getByRole('list', { name: 'Attached files' })).toContainText(tooLarge);
		await expect(refusal(page)).toHaveText('“large.bin” was not attached. Remove it, then send.');
		await page.getByRole('button', { name: 'Remove large.bin' }).click();
	} else await expect(refusal(page)).toContainText(`${tooLarge} “empty.txt” is empty.`);
	await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveValue('Both of them');
	if (!scripts) await expect(page.getByRole('checkbox', { name: 'soup.png' })).toBeChecked();
	await page.getByLabel('Description of soup.png').fill('A bowl');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(message(page, 'Both of them').getByRole('img', { name: 'A bowl' })).toBeVisible();
});

test('where uploads are off there is no button', async ({ page, own, scripts }) => {
	const app = await own({ UPLOAD_MAX: '0', JOINING: 'open', READING: 'everyone' });
	const ada = await Person.join(app.url, fresh('Ada'));
	const room = await ada.createRoom(fresh('Words'));
	await openAs(page, ada, room, scripts);
	await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible();
	await expect(page.getByLabel('Attach files')).toHaveCount(0);
	await page.goto(`${app.url}${room}/files`);
	await expect(page.getByText('Files are switched off on this server.')).toBeVisible();
	await page.goto(`${app.url}/you`);
	await expect(page.getByText('Files are switched off on this server, so no picture can be set here.')).toBeVisible();
	await ada.post(`${await setupPath(app)}?/own`, {});
	await page.goto(`${app.url}/operator/place`);
	await expect(page.getByText('Files are switched off on this server, so no logo can be set here.')).toBeVisible();
});
