/**
 * Puts known injections into messages, edits, links, names, room names, descriptions and refused texts. Checks the HTML of
 * the server, the page after hydration, and an open page that receives the text live.
 */
import type { Browser, BrowserContext, Page } from 'playwright/test';
import { LISTED_ROOMS, ROOMS_ON_PAGE } from '../../../src/lib/chat/limits.ts';
import { INJECTIONS } from '../../fixtures/injections.ts';
import type { Deployment } from '../../support/process.ts';
import { everyMessage, Person } from '../person.ts';
import { composer, expect, messages, open, refusal, rooms, signIn, test } from '../test.ts';

const PAGE = 50;

const cut = (text: string, length: number) => Array.from(text).slice(0, length).join('');

/** Descriptions of forbidden content in elements of a page. Runs in the browser. */
function offences(elements: Iterable<Element>): string[] {
	const found: string[] = [];
	const WRITING = 'div p a bdi strong em s code pre blockquote ul ol li br mark span'.split(' ');
	for (const element of elements) {
		const name = element.localName;
		// Read only of an offender: the HTML of every element of a page is some hundred times the page.
		const report = () => found.push(element.outerHTML.slice(0, 200));
		if (
			/^(iframe|frame|frameset|object|embed|applet|base|portal|fencedframe|math|foreignobject|img|video|audio|style)$/.test(
				name
			)
		)
			// The image that sets the read mark without a script is allowed.
			if (element.closest('body') && !element.matches('img[hidden][alt=""][src*="/read?n="]')) report();
		if (/^(link|meta)$/.test(name) && element.closest('body')) report();
		// SvelteKit's script has a nonce and is allowed.
		if (name === 'script' && !(element as HTMLScriptElement).nonce && !element.getAttribute('nonce')) report();
		for (const { name: attribute, value } of element.attributes) {
			if (/^on/i.test(attribute) || attribute === 'style' || attribute === 'srcdoc') {
				if (element.id !== 'svelte-announcer') report();
			}
			if (/^(href|src|action|formaction|xlink:href|ping|poster|background|data)$/.test(attribute)) {
				const { protocol, host } = new URL(value, location.href);
				if (!/^(https?|mailto|data):$/.test(protocol) || (protocol === 'data:' && name !== 'link')) report();
				if (name !== 'a' && host !== location.host && protocol !== 'data:') report();
			}
		}
		if (element.closest('article .message') && !WRITING.includes(name)) report();
	}
	return found;
}

/** Watches a page from its first byte on. */
async function watched(
	context: BrowserContext,
	host: string
): Promise<{ tripped: string[]; look: (page: Page) => Promise<void> }> {
	const tripped: string[] = [];
	await context.exposeFunction('trip', (what: string) => void tripped.push(what));
	await context.addInitScript(`{
		const offences = ${offences.toString()};
		for (const name of ['xss', 'alert', 'confirm', 'prompt', 'print']) window[name] = () => trip(name + ' ran');
		addEventListener('securitypolicyviolation', (event) => trip('refused: ' + event.violatedDirective + ' ' + event.blockedURI));
		new MutationObserver((changes) => {
			// A parser adds one element at a time: each is checked once, not once for each of its ancestors.
			const added = new Set();
			for (const { addedNodes } of changes)
				for (const node of addedNodes)
					if (node instanceof Element && node.parentElement && !added.has(node))
						for (const element of [node, ...node.querySelectorAll('*')]) added.add(element);
			for (const offence of offences(added)) trip('for a moment: ' + offence);
		}).observe(document, { childList: true, subtree: true });
	}`);
	context.on('request', (request) => {
		const url = new URL(request.url());
		if (url.host !== host && url.protocol !== 'data:') tripped.push(`asked for ${request.url()}`);
	});
	context.on('page', (page) => {
		page.on('dialog', (dialog) => {
			tripped.push(`a dialog: ${dialog.message()}`);
			void dialog.dismiss();
		});
		page.on('console', (message) => {
			if (/Content Security Policy|Refused to/.test(message.text())) tripped.push(message.text());
		});
		page.on('pageerror', (error) => tripped.push(`threw ${error.message}`));
	});
	const look = async (page: Page) =>
		expect(await page.evaluate(`(${offences.toString()})(document.querySelectorAll('*'))`)).toEqual([]);
	return { tripped, look };
}

/** Runs a few at a time, as many as a browser would. */
async function all<T, R>(items: readonly T[], make: (item: T, i: number) => Promise<R>): Promise<R[]> {
	const made: R[] = [];
	let next = 0;
	const work = async () => {
		while (next < items.length) {
			const i = next++;
			made[i] = await make(items[i] as T, i);
		}
	};
	await Promise.all(Array.from({ length: 6 }, work));
	return made;
}

/** Packs several strings into a text up to `length`. An empty line keeps their markup apart. */
function packed(strings: readonly string[], between: string, length: number): string[] {
	const texts: string[] = [];
	for (const string of strings) {
		const last = texts.at(-1);
		const longer = last === undefined ? undefined : last + between + string;
		if (longer !== undefined && Array.from(longer).length <= length) texts[texts.length - 1] = longer;
		else texts.push(cut(string, length));
	}
	return texts;
}

test('the list of injections has at least 300 entries, each once', () => {
	expect(INJECTIONS.length).toBeGreaterThanOrEqual(300);
	expect(new Set(INJECTIONS).size).toBe(INJECTIONS.length);
});

/** A watched browser, and the answers to it and to people without a browser. */
async function watch(browser: Browser, app: Deployment) {
	const context = await browser.newContext({ baseURL: app.url });
	const { host } = new URL(app.url);
	const { tripped, look } = await watched(context, host);
	const plain = await browser.newContext({ baseURL: app.url, javaScriptEnabled: false });
	plain.on('request', (request) => {
		const url = new URL(request.url());
		if (url.host !== host && url.protocol !== 'data:') tripped.push(`without a script: asked for ${request.url()}`);
	});
	const ada = await Person.join(app.url, 'Ada');
	const [page, bare] = [await context.newPage(), await plain.newPage()];
	for (const each of [page, bare]) await signIn(each, ada);
	/** The HTML of all answers, including refusals. */
	const answers: string[] = [];
	const keep = async (answer: Response) => void answers.push(await answer.text());
	const finish = async () => {
		const found = await page.evaluate(
			`(${((pages: string[], check: typeof offences) => pages.flatMap((html) => check(new DOMParser().parseFromString(html, 'text/html').querySelectorAll('*')))).toString()})(${JSON.stringify(answers).replaceAll('<', '\\u003c')}, ${offences.toString()})`
		);
		expect(found).toEqual([]);
		expect(tripped).toEqual([]);
		await context.close();
		await plain.close();
	};
	return { ada, page, bare, answers, keep, look, finish };
}

test('injections in messages, edits and names never run on any page', async ({ browser, own }) => {
	test.slow();
	const app = await own();
	const { ada, page, bare, answers, keep, look, finish } = await watch(browser, app);

	// Many names are refused; the people who could join write.
	const names = [...new Set(INJECTIONS.map((text) => cut(text, 40)))];
	const people = (
		await all(names, async (name) => {
			try {
				return await Person.join(app.url, name);
			} catch {
				await keep(await ada.post('/you?/rename', { name }));
			}
		})
	).filter((person) => person !== undefined);
	expect(people.length).toBeGreaterThan(100);

	// While the room is open, show every name above a message, and send and edit with every string.
	const kitchen = await ada.createRoom('Kitchen');
	const texts = packed(INJECTIONS, '\n\n', 150);
	const textOf = (i: number) => texts[i % texts.length] as string;
	const late = people.slice(0, texts.length);
	const early = people.slice(texts.length);
	expect(late).toHaveLength(texts.length);
	await all(early, (person, i) => person.say(kitchen, textOf(i)));
	await ada.say(kitchen, 'I have read all that.');
	await open(page, kitchen, true);
	await all(late, (person, i) => person.say(kitchen, textOf(i)));
	// All late messages are on the page; older ones are removed at the live edge.
	await expect(page.locator(`#m-${people.length + 1}`)).toBeAttached();
	await look(page);
	const places = new Map((await everyMessage(app.url, kitchen)).map(({ sender, n }) => [sender, n]));
	const edits = await all(late, async (person, i) => {
		const n = String(places.get(person.name.trim()) ?? places.get(person.name));
		return (await person.post(`${kitchen}/${n}?/edit`, { n, message: textOf(i + 1) })).status;
	});
	const done = edits.filter((status) => status === 303).length;
	expect(done).toBeGreaterThan(texts.length * 0.9);
	await expect(messages(page).locator('.edited')).toHaveCount(done);
	await look(page);

	for (let before = people.length + 2; before > 1; before -= PAGE) {
		const address = `${kitchen}?before=${before}`;
		await open(page, address, true);
		await look(page);
		await bare.goto(address);
		await expect(messages(bare)).toHaveCount(Math.min(PAGE, before - 1));
		await look(bare);
	}

	// A text that is too long returns to the composer: from the server, from the script, and at hydration.
	const dots = '.'.repeat(8_001);
	for (const text of packed(INJECTIONS, '\n', 4_000)) {
		const tooLong = `${text}\n${dots}`;
		await keep(await ada.send(kitchen, tooLong));
		await open(page, kitchen, true);
		await composer(page).fill(tooLong);
		await composer(page).press('Control+Enter');
		await expect(refusal(page)).toBeVisible();
		await look(page);
		await composer(page).evaluate((box: HTMLTextAreaElement) => box.form?.submit());
		await expect(page).toHaveURL(/send$/);
		await expect.poll(() => composer(page).inputValue()).toContain(dots);
		await look(page);
	}

	// Open /you of a person with such a name, and a permalink.
	const [someone] = people;
	if (someone) await signIn(page, someone);
	for (const address of ['/you', `${kitchen}/1`, '/']) {
		await page.goto(address);
		await look(page);
	}
	expect(answers.length).toBeGreaterThan(50);
	await finish();
});

test('injections in room names and descriptions never run in any list or page', async ({ browser, own }) => {
	test.slow();
	const app = await own();
	const { ada, page, bare, answers, keep, look, finish } = await watch(browser, app);

	// Rename and describe the room while it is open.
	let cellar = await ada.createRoom('Cellar');
	await open(page, cellar, true);
	const topics = packed(INJECTIONS, ' ', 200);
	for (const topic of topics) {
		const answer = await ada.post(`${cellar}/settings?/describe`, { topic });
		await keep(answer.status === 303 ? await ada.get(cellar) : answer);
	}
	await expect(page.locator('.topic')).toHaveText((topics.at(-1) ?? '').replace(/\s+/g, ' ').trim());
	await look(page);
	const names = [...new Set(INJECTIONS.map((text) => cut(text, 60)))];
	let last = 'Cellar';
	for (const name of names.filter((_, i) => i % 6 === 0)) {
		const answer = await ada.post(`${cellar}/settings?/rename`, { name: `${cut(name, 56)} !` });
		if (answer.status !== 303) await keep(answer);
		else {
			cellar = new URL(answer.headers.get('location') ?? '', app.url).pathname;
			last = name;
		}
	}
	await expect(page.getByRole('heading', { level: 1 })).toContainText(cut(last, 10).trim());
	await look(page);
	for (const each of [page, bare]) {
		await each.goto(cellar);
		await look(each);
	}

	// Create rooms before and while the room list is open. The list is notified once for all, or it would ask for each room.
	const create = async (name: string) => {
		const answer = await ada.post('/?/create', { name, formId: crypto.randomUUID() });
		if (answer.status === 303) return answer.headers.get('location') ?? '';
		await keep(answer);
	};
	const made = await all(names.slice(100), create);
	await open(page, '/', true);
	await page.route('**/rooms.json*', (route) => route.abort());
	made.push(...(await all(names.slice(0, 100), create)));
	await page.unroute('**/rooms.json*');
	await ada.createRoom('Attic');
	const paths = new Set(made.filter((path) => path !== undefined));
	expect(paths.size).toBeGreaterThan(LISTED_ROOMS);
	await expect(rooms(page).getByRole('listitem')).toHaveCount(ROOMS_ON_PAGE);
	await look(page);
	for (const each of [page, bare]) {
		for (let number = 1, left = paths.size + 2; left > 0; number++, left -= ROOMS_ON_PAGE) {
			await each.goto(`/?page=${number}`);
			await expect(rooms(each).getByRole('listitem')).toHaveCount(Math.min(left, ROOMS_ON_PAGE));
			await look(each);
		}
	}
	expect(answers.length).toBeGreaterThan(topics.length);
	await finish();
});
