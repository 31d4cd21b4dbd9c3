/** Pages in older browsers, and pages changed by extensions, phones and translation. */
import type { Page } from 'playwright/test';
import { composer, connection, expect, fresh, message, openAs, permalink, room, send, signIn, test } from '../test.ts';

/** Removes functions that Firefox 115 ESR, Safari 16.4 or Chrome 111 lack, before any script of the page. */
function makeOlder(page: Page): Promise<unknown> {
	return page.addInitScript(() => {
		const lacking: [object, string[]][] = [
			[String.prototype, ['isWellFormed', 'toWellFormed']],
			[Promise, ['withResolvers', 'try']],
			[Array, ['fromAsync']],
			[Object, ['groupBy']],
			[Map, ['groupBy']],
			[URL, ['parse', 'canParse']],
			[AbortSignal, ['any']],
			[Intl, ['Segmenter']],
			[RegExp, ['escape']],
			[Set.prototype, ['union', 'intersection', 'difference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']],
			[
				Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object,
				['map', 'filter', 'some', 'find', 'toArray']
			],
			[Navigator.prototype, ['userActivation']],
			[Element.prototype, ['ariaExpanded', 'ariaLabel', 'ariaHidden']]
		];
		for (const [owner, names] of lacking) for (const name of names) Reflect.deleteProperty(owner, name);
		// In these browsers an unknown selector and the regular expression flag `v` are errors.
		const known = CSS.supports.bind(CSS);
		CSS.supports = (...asked: [string, string?]) =>
			!asked[0].includes('popover') && (known as (...asked: unknown[]) => boolean)(...asked);
		const find = document.querySelector.bind(document);
		document.querySelector = (selector: string) => {
			if (selector.includes(':popover-open')) throw new DOMException('not a valid selector', 'SyntaxError');
			return find(selector);
		};
		window.RegExp = new Proxy(RegExp, {
			construct(target, [pattern, flags]: [string, string?]) {
				if (flags?.includes('v')) throw new SyntaxError('invalid regular expression flag v');
				return new target(pattern, flags);
			}
		});
	});
}

test('an older browser sends, formats, reacts and edits', async ({ page, someone }) => {
	const ada = await someone('Ada');
	await makeOlder(page);
	await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), true);
	await send(page, 'Half a pair: \ud83d, and **bold**');
	await expect(message(page, 'Half a pair: \ufffd, and').locator('strong')).toHaveText('bold');
	await expect(permalink(message(page, 'Half a pair'))).toBeVisible();
	await page.keyboard.press('Escape');
	await message(page, 'Half a pair').hover();
	await message(page, 'Half a pair').getByRole('link', { name: 'Actions' }).click();
	await page.getByRole('textbox', { name: 'Another emoji' }).fill('🎷');
	await page.getByRole('button', { name: 'React', exact: true }).click();
	await expect(message(page, 'Half a pair').getByRole('button', { name: /^🎷 1/ })).toBeVisible();
	await expect(composer(page)).toHaveValue('');
});

test('a form whose script throws is posted by the browser', async ({ page, someone }) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), true);
	await page.evaluate(() => {
		TextEncoder.prototype.encode = () => {
			throw new TypeError('no such function');
		};
	});
	const posted = page.waitForNavigation();
	await send(page, 'Sent all the same.');
	await posted;
	await expect(permalink(message(page, 'Sent all the same.'))).toBeVisible();
	await expect(message(page, 'Sent all the same.')).toHaveCount(1);
});

test('a form unfolded before hydration stays open, with its text, in a page that was changed before hydration', async ({
	page
}) => {
	const { promise: scriptsMayCome, resolve: letGo } = Promise.withResolvers<void>();
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		await scriptsMayCome;
		await route.continue();
	});
	await page.goto('/signin', { waitUntil: 'commit' });
	await page.locator('summary', { hasText: 'Use a recovery code' }).click();
	const form = page.getByRole('form', { name: 'Recovery code' });
	await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Ada');
	const marked = await form.evaluateHandle((form) => {
		// Like an extension that takes a part out, and adds a box.
		document.querySelector('main form .field')?.remove();
		document.querySelector('main')?.prepend(document.createElement('grammar-box'));
		return form;
	});
	letGo();
	// The page was rendered again.
	await expect.poll(() => marked.evaluate((form) => form.isConnected)).toBe(false);
	await expect(form.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Ada');
});

test('ticks of before hydration change no other box of a page that was changed before hydration', async ({
	page,
	someone
}) => {
	const [ada, bob, eve] = [await someone('Ada'), await someone('Bob'), await someone('Eve')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	for (const person of [bob, eve]) await person.say(kitchen, 'Hello.');
	await signIn(page, ada);
	const { promise: scriptsMayCome, resolve: letGo } = Promise.withResolvers<void>();
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		await scriptsMayCome;
		await route.continue();
	});
	await page.goto(`${kitchen}/settings?make=private`, { waitUntil: 'commit' });
	const boxes = page.getByRole('checkbox');
	const all = () =>
		boxes.evaluateAll((boxes) =>
			boxes.map(
				(box) => `${(box as HTMLInputElement).labels?.[0]?.textContent?.trim()} ${(box as HTMLInputElement).value}`
			)
		);
	await page.getByRole('checkbox', { name: eve.name }).uncheck();
	const before = await all();
	expect(before.length).toBeGreaterThan(1);
	const marked = await boxes.first().evaluateHandle((box) => {
		// Like a translator.
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const found: Text[] = [];
		while (texts.nextNode()) found.push(texts.currentNode as Text);
		for (const text of found) {
			const font = document.createElement('font');
			text.replaceWith(font);
			font.append(text);
		}
		return box;
	});
	letGo();
	await expect.poll(() => marked.evaluate((box) => box.isConnected)).toBe(false);
	expect(await all()).toEqual(before);
	for (const { name } of [bob, eve]) await expect(page.getByRole('checkbox', { name })).toBeChecked();
});

test('text typed before hydration is kept in a page that was changed before hydration', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Call me: 030 901820, please.');
	await signIn(page, ada);
	const sockets: string[] = [];
	page.on('websocket', (socket) => sockets.push(socket.url()));
	const { promise: scriptsMayCome, resolve: letGo } = Promise.withResolvers<void>();
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		await scriptsMayCome;
		await route.continue();
	});
	await page.goto(kitchen, { waitUntil: 'commit' });
	await composer(page).pressSequentially('Typed before');
	await page.keyboard.press('ArrowLeft');
	// Like a phone that links a number, and an extension that adds a box.
	await message(page, 'Call me')
		.locator('.text')
		.evaluate((text) => {
			const texts = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
			while (texts.nextNode()) if ((texts.currentNode as Text).data.startsWith('Call me')) break;
			const number = (texts.currentNode as Text).splitText(9);
			number.splitText(10);
			const link = document.createElement('a');
			link.href = 'tel:030901820';
			number.replaceWith(link);
			link.append(number);
			document.querySelector('header')?.prepend(document.createElement('div'));
			document.querySelector('.composer')?.prepend(document.createElement('grammar-box'));
		});
	letGo();
	await expect(connection(page)).toHaveText('Live');
	await expect(composer(page)).toHaveValue('Typed before');
	await expect(composer(page)).toBeFocused();
	await page.keyboard.type('!');
	await expect(composer(page)).toHaveValue('Typed befor!e');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(permalink(message(page, 'Typed befor!e'))).toBeVisible();
	await expect(page.locator('article')).toHaveCount(2);
	expect(sockets).toHaveLength(1);
});

/** Like a browser's translation: replaces each text node by another text within two elements. */
function translate(page: Page): Promise<void> {
	return page.evaluate(() => {
		const texts: Text[] = [];
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walker.nextNode()) texts.push(walker.currentNode as Text);
		for (const text of texts) {
			if (!text.data.trim() || text.parentElement?.closest('script,style,textarea,noscript')) continue;
			const [outer, inner] = [document.createElement('font'), document.createElement('font')];
			outer.append(inner);
			inner.append(`[${text.data}]`);
			text.replaceWith(outer);
		}
	});
}

test('changed texts in a translated page show only the new text', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const [kitchen, attic] = [fresh('Kitchen'), fresh('Attic')];
	const [path, other] = [await ada.createRoom(kitchen), await ada.createRoom(attic)];
	await ada.say(path, 'Will be edited', 'Will be *formatted*', 'Will be deleted', 'Will be answered');
	await ada.say(other, 'Nobody here.');
	await ada.post(`${path}/4?/react`, { n: '4', emoji: '👍' });
	await openAs(page, grace, path, true);
	await expect(connection(page)).toHaveText('Live');
	await expect(message(page, 'Will be answered').getByRole('button', { name: /^👍 1/ })).toBeVisible();
	await translate(page);
	await expect(page.locator('article font').first()).toBeVisible();

	await ada.post(`${path}/1?/edit`, { n: '1', message: 'Was edited' });
	await ada.post(`${path}/2?/edit`, { n: '2', message: 'Was **bold** and `code`' });
	await ada.post(`${path}/3?/delete`, { n: '3' });
	await grace.post(`${path}/4?/react`, { n: '4', emoji: '👍' });
	const text = (n: number) => page.locator(`#m-${n} .text`);
	await expect(text(1)).toHaveText(/^\s*Was edited\s+edited/);
	await expect(text(2)).toHaveText(/^\s*Was bold and code\s+edited/);
	await expect(text(3)).toHaveText('This message was deleted.');
	await expect(page.locator('#m-4 .count')).toHaveText('2');

	// The room list too: unread counts.
	await grace.post(`${other}/read`, { n: '1' });
	await ada.say(other, 'Here I am.');
	await expect(room(page, attic)).toContainText(/1\s+unread/);
	await ada.say(other, 'And again.');
	await expect(room(page, attic)).toContainText(/2\s+unread/);
	await expect(room(page, attic)).not.toContainText(/1\s+unread/);
	await ada.say(path, 'News');
	await expect(message(page, 'News')).toHaveCount(1);
	await page.context().setOffline(true);
	await expect(page.getByText('Offline', { exact: true })).toBeVisible();
	await expect(page.locator('.connection')).toHaveText('Offline');
});
