import type { Page } from 'playwright/test';
import type { Person } from '../person.ts';
import {
	expect,
	fresh,
	log,
	message,
	messages,
	open,
	openAs,
	room,
	send,
	signIn,
	test,
	withoutItsScript
} from '../test.ts';

const TEXTS = (me: Person) => [
	'**Soup** is *on*, ~~not~~ `2 * 3` and ***both***',
	'> [Grace](/rooms/kitchen/12): tea?\n> > milk?\nYes, [here](https://example.org/tea) or https://example.org/milk',
	'To buy:\n- milk\n- bread\n  1. rye\n  3. wheat\n\nThanks',
	`\`\`\`ts\nconst long = '${'soup '.repeat(60)}';\n\`\`\``,
	`@${me.name}, ask @Nobody about ${'w'.repeat(300)}`,
	'🎉 👍🏽',
	'مرحبا\n- واحد',
	'2 * 3 * 4, snake_case_name, :-), C++, a < b > c'
];

/** The HTML of the messages without Svelte's hydration comments. */
const written = (page: Page) =>
	log(page)
		.locator('.text')
		.evaluateAll((texts) => {
			const outline = (node: Node): string => {
				if (node instanceof Text) return node.parentElement?.closest('p, pre') ? node.data : node.data.trim();
				if (!(node instanceof Element)) return '';
				const attributes = [...node.attributes].map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`).sort();
				return `<${node.localName}${attributes.join('')}>${[...node.childNodes].map(outline).join('')}</>`;
			};
			return texts.map(outline);
		});

test('markup is rendered alike by the server, by the script, and in a live message', async ({
	page,
	someone,
	stranger,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await page.setViewportSize({ width: 360, height: 740 });
	await openAs(page, ada, kitchen, scripts);
	const texts = TEXTS(ada);
	await grace.say(kitchen, ...texts);
	if (scripts) await expect(messages(page)).toHaveCount(texts.length);
	else await page.reload();

	const [words, quote, list, code, mention, emoji, , plain] = await messages(page).all();
	await expect(words!.locator('strong').first()).toHaveText('Soup');
	await expect(words!.locator('em').first()).toHaveText('on');
	await expect(words!.locator('s')).toHaveText('not');
	await expect(words!.locator('code')).toHaveText('2 * 3');
	await expect(words!.locator('em strong')).toHaveText('both');
	await expect(quote!.locator('blockquote blockquote')).toHaveText('milk?');
	await expect(quote!.locator('blockquote').getByRole('link')).toHaveAttribute('href', '/rooms/kitchen/12');
	await expect(quote!).toContainText('here (example.org)');
	for (const link of [quote!.getByRole('link', { name: 'here' }), quote!.getByRole('link', { name: 'https:' })])
		await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow ugc');
	await expect(list!.locator('ul > li')).toHaveText(['milk', /^bread/]);
	await expect(list!.locator('ol > li')).toHaveText(['rye', 'wheat']);
	await expect(list!.locator('ol > li').last()).toHaveAttribute('value', '3');
	await expect(mention!.locator('mark')).toHaveText(`@${ada.name}`);
	await expect(emoji!.locator('.large')).toHaveText('🎉 👍🏽');
	await expect(plain!.locator('p').last()).toHaveText(texts.at(-1) ?? '');

	// Code scrolls in its box and long words wrap: no element is wider than a phone.
	const box = code!.getByRole('group', { name: 'Code' });
	expect(await box.evaluate((pre) => [pre.scrollWidth > pre.clientWidth, pre.clientWidth < 360])).toEqual([true, true]);
	expect(await log(page).evaluate((element) => element.scrollWidth)).toBeLessThanOrEqual(360);

	const server = await stranger();
	await withoutItsScript(server);
	await openAs(server, ada, kitchen, false);
	const fromServer = await written(server);
	expect(fromServer).toHaveLength(texts.length);
	expect(await written(page)).toEqual(fromServer);
	if (scripts) {
		await open(page, kitchen, scripts);
		expect(await written(page)).toEqual(fromServer);
	}
});

test('mentions are shown to their author, also of people who are not on the page', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, lin] = [await someone('Ada'), await someone('Lin')];
	await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), scripts);
	await send(page, `@${lin.name}, tea? \`@${lin.name}\``);
	await expect(message(page, 'tea?').locator('.mention')).toHaveText([`@${lin.name}`]);
	await page.reload();
	await expect(message(page, 'tea?').locator('.mention')).toHaveText([`@${lin.name}`]);
});

test('links and code run from left to right, and combining marks stay in their message', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	const tower = `z${'\u030d'.repeat(25)}${'\u0329'.repeat(25)}`;
	await ada.say(
		kitchen,
		'\u202ehttps://evil.example/?moc.knab//:sptth',
		'הפונקציה `foo()` עובדת, ראו https://example.org/',
		'```\nשלום = foo(1);\n```',
		tower
	);
	await openAs(page, ada, kitchen, scripts);
	for (const written of await log(page).locator('.message :is(a, code)').all()) {
		// The first letters are left of the last ones, in any surroundings.
		const ends = await written.evaluate((element) => {
			const text = element.firstChild as Text;
			const left = (at: number) => {
				const range = document.createRange();
				range.setStart(text, at);
				range.setEnd(text, at + 1);
				return range.getBoundingClientRect().left;
			};
			const last = text.data.trimEnd().length - 1;
			const isolated = element.closest('[dir=ltr]');
			return [left(0) < left(last) || /^\p{L}/u.test(text.data), isolated && getComputedStyle(isolated).unicodeBidi];
		});
		expect(ends).toEqual([true, 'isolate']);
	}
	await expect(messages(page).last().locator('.message')).toHaveCSS('overflow', 'clip');
});

test('the stored message is the typed text: the editor shows it, and the preview omits its markup', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const name = fresh('Kitchen');
	const kitchen = await ada.createRoom(name);
	await signIn(page, ada);
	await open(page, ada.app, scripts);
	await ada.say(kitchen, '> hungry?\n**Soup** is [on](https://example.org)');
	if (!scripts) await page.reload();
	await expect(room(page, name)).toContainText(`${ada.name}: Soup is on`);
	await page.goto(`${ada.app}${kitchen}/1`);
	await expect(message(page, 'Soup').locator('textarea')).toHaveValue(
		'> hungry?\n**Soup** is [on](https://example.org)'
	);
});
