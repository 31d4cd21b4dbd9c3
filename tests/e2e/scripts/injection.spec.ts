/**
 * Everything a person can fill is filled with what has run in other programs: messages, edits, links, names, room names and
 * descriptions. It is looked at as the server sends it, once the script has taken over, and as it arrives in an open page.
 */
import type { BrowserContext, Page } from 'playwright/test';
import { INJECTIONS } from '../../fixtures/injections.ts';
import { Person } from '../person.ts';
import { expect, messages, open, signIn, test } from '../test.ts';

/** Messages in a room of this test: a page shows them all. */
const ROOM = 50;

const cut = (text: string, length: number) => Array.from(text).slice(0, length).join('');

/** What must not be in a page, in words; runs in the browser. */
function offences(root: ParentNode): string[] {
	const found: string[] = [];
	const WRITING = 'div p a bdi strong em s code pre blockquote ul ol li br mark span'.split(' ');
	for (const element of root.querySelectorAll('*')) {
		const name = element.localName;
		const outer = element.outerHTML.slice(0, 200);
		if (
			/^(iframe|frame|frameset|object|embed|applet|base|portal|fencedframe|math|foreignobject|img|video|audio|style)$/.test(
				name
			)
		)
			if (element.closest('body')) found.push(outer);
		if (/^(link|meta)$/.test(name) && element.closest('body')) found.push(outer);
		// The one script is SvelteKit's, with a nonce; what it loads comes from here.
		if (name === 'script' && !(element as HTMLScriptElement).nonce && !element.getAttribute('nonce')) found.push(outer);
		for (const { name: attribute, value } of element.attributes) {
			if (/^on/i.test(attribute) || attribute === 'style' || attribute === 'srcdoc') {
				if (element.id !== 'svelte-announcer') found.push(outer);
			}
			if (/^(href|src|action|formaction|xlink:href|ping|poster|background|data)$/.test(attribute)) {
				const { protocol, host } = new URL(value, location.href);
				if (!/^(https?|mailto|data):$/.test(protocol) || (protocol === 'data:' && name !== 'link')) found.push(outer);
				if (name !== 'a' && host !== location.host && protocol !== 'data:') found.push(outer);
			}
		}
		if (element.closest('article .message') && !WRITING.includes(name)) found.push(outer);
	}
	return found;
}

/** Watches whatever a page does from its first byte on. */
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
			for (const { addedNodes } of changes)
				for (const node of addedNodes)
					if (node instanceof Element && node.parentElement)
						for (const offence of offences(node)) trip('for a moment: ' + offence);
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
	const look = async (page: Page) => expect(await page.evaluate(`(${offences.toString()})(document)`)).toEqual([]);
	return { tripped, look };
}

/** Some at a time: enough to be quick, and no more than a browser would. */
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

/** Several to a text, as long as they fit: an empty line keeps them from making something of one another. */
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

test('there are at least 300 of them, each once', () => {
	expect(INJECTIONS.length).toBeGreaterThanOrEqual(300);
	expect(new Set(INJECTIONS).size).toBe(INJECTIONS.length);
});

test('nothing that people write runs: in no field, on no page, at no time', async ({ browser, own }) => {
	test.setTimeout(300_000);
	const app = await own();
	const host = new URL(app.url).host;
	const context = await browser.newContext({ baseURL: app.url });
	const { tripped, look } = await watched(context, host);
	const plain = await browser.newContext({ baseURL: app.url, javaScriptEnabled: false });
	plain.on('request', (request) => {
		const url = new URL(request.url());
		if (url.host !== host && url.protocol !== 'data:') tripped.push(`without a script: asked for ${request.url()}`);
	});
	/** Pages as they were answered, refusals among them. */
	const answers: string[] = [];
	const kept = async (answer: Response) => {
		if (answer.status !== 303) answers.push(await answer.text());
		return answer.status;
	};

	// Names. Many are refused; whoever is let in writes.
	const names = [...new Set(INJECTIONS.map((text) => cut(text, 40)))];
	const ada = await Person.join(app.url, 'Ada');
	const people = (
		await all(names, async (name) => {
			try {
				return await Person.join(app.url, name);
			} catch {
				return kept(await ada.post('/you?/rename', { name }));
			}
		})
	).filter((person) => person instanceof Person);
	expect(people.length).toBeGreaterThan(100);

	// Room names, while the list of rooms is open.
	const list = await context.newPage();
	await signIn(list, ada);
	await open(list, '/', true);
	const roomNames = [...new Set(INJECTIONS.map((text) => cut(text, 60)))];
	const create = async (name: string) => {
		const answer = await ada.post('/?/create', { name, formId: crypto.randomUUID() });
		if (answer.status !== 303) return kept(answer);
		return new URL(answer.headers.get('location') ?? '', app.url).pathname;
	};
	// The list asks again with every room that is made: here it is told of all at once.
	await list.route('**/rooms.json', (route) => route.abort());
	const made = await all(roomNames, create);
	await list.unroute('**/rooms.json');
	made.push(await create('Kitchen'));

	const paths = [...new Set(made.filter((path) => typeof path === 'string'))];
	expect(paths.length).toBeGreaterThan(100);
	await expect(list.getByRole('list', { name: 'Rooms' }).getByRole('listitem')).toHaveCount(paths.length);
	await look(list);

	// Messages and edits, two rounds so that every string is once sent and once an edit; descriptions beside them.
	const texts = packed(INJECTIONS, '\n\n', 120);
	const topics = packed(INJECTIONS, ' ', 200);
	const rooms = Math.ceil(texts.length / ROOM);
	const page = await context.newPage();
	const bare = await plain.newPage();
	await signIn(bare, ada);
	for (let r = 0; r < rooms; r++) {
		const path = paths[r] as string;
		const here = texts.slice(r * ROOM, (r + 1) * ROOM);
		const writer = (i: number) => people[(r * ROOM + i) % people.length] as Person;
		await open(page, path, true);
		await all(here, async (text, i) => writer(i).say(path, text));
		await expect(messages(page)).toHaveCount(here.length);
		await look(page);

		const authors = new Map<number, Person>();
		for (const article of await messages(page).all()) {
			const n = Number((await article.getAttribute('id'))?.slice(2));
			const name = await article.getAttribute('aria-label');
			const author = people.find((person) => person.name.trim() === name);
			if (author) authors.set(n, author);
		}
		const edited = await all([...authors], async ([n, author]) => {
			const message = texts[(r * ROOM + n + 1) % texts.length] as string;
			return (await author.post(`${path}/${n}?/edit`, { n: String(n), message })).status;
		});
		const done = edited.filter((status) => status === 303).length;
		expect(done).toBeGreaterThan(here.length / 2);
		await expect(messages(page).locator('.edited')).toHaveCount(done);

		const topicsHere = topics.filter((_, i) => i % rooms === r);
		for (const topic of topicsHere) {
			const answer = await ada.post(`${path}/settings?/describe`, { topic });
			if (answer.status !== 303) await kept(answer);
			else answers.push(await (await ada.get(path)).text());
		}
		await look(page);

		await open(page, path, true);
		await look(page);
		await bare.goto(path);
		await expect(messages(bare)).toHaveCount(here.length);
		await look(bare);
	}

	// The list with its previews, and a page of one's own under a name of that kind.
	for (const each of [list, bare]) {
		await each.goto('/');
		await look(each);
	}
	const [someone] = people;
	if (someone) await signIn(page, someone);
	for (const address of ['/you', `${paths[0]}/1`]) {
		await page.goto(address);
		await look(page);
	}

	// What was refused, and each description, as the server sent it.
	const found = await list.evaluate(
		`(${((pages: string[], check: (root: ParentNode) => string[]) => pages.flatMap((html) => check(new DOMParser().parseFromString(html, 'text/html')))).toString()})(${JSON.stringify(answers).replaceAll('<', '\\u003c')}, ${offences.toString()})`
	);
	expect(found).toEqual([]);
	expect(answers.length).toBeGreaterThan(50);
	expect(tripped).toEqual([]);
	await context.close();
	await plain.close();
});
