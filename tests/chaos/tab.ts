/** A real browser page with a room in it, that writes down all it shows, at every change of its document. */
import type { BrowserContext, Page } from 'playwright';
import type { Person } from '../e2e/person.ts';
import type { History } from './history.ts';
import { told } from './sender.ts';

/** Runs in the page: tells the numbers and the texts on it whenever they are others. */
function watch(): void {
	const report = (globalThis as unknown as { parleyShown: (entries: { n?: number; text: string }[]) => void })
		.parleyShown;
	let last = '';
	const look = () => {
		// While it is parsed, half an article may stand there.
		if (document.readyState === 'loading') return;
		const entries = [...document.querySelectorAll('[role=log] article')].map((article) => ({
			n: Number(/^m-(\d+)$/.exec(article.id)?.[1]) || undefined,
			text: /«[^»]*»/.exec(article.textContent)?.[0] ?? article.textContent
		}));
		const now = JSON.stringify(entries);
		if (now === last) return;
		last = now;
		report(entries);
	};
	document.addEventListener('DOMContentLoaded', look);
	new MutationObserver(look).observe(document, {
		subtree: true,
		childList: true,
		characterData: true,
		attributes: true,
		attributeFilter: ['id']
	});
}

export class Tab {
	readonly page: Page;
	readonly name: string;
	readonly #history: History;
	readonly #sent = new Set<string>();
	#count = 0;

	private constructor(page: Page, name: string, history: History) {
		this.page = page;
		this.name = name;
		this.#history = history;
	}

	/** @param app where this tab finds the app */
	static async open(
		context: BrowserContext,
		{ name, person, room, app = person.app }: { name: string; person: Person; room: string; app?: string },
		history: History
	): Promise<Tab> {
		await context.addCookies([person.browserCookie(app)]);
		const page = await context.newPage();
		const tab = new Tab(page, name, history);
		await page.exposeFunction('parleyShown', (entries: { n?: number; text: string }[]) => tab.#shown(entries));
		await page.addInitScript(watch);
		history.tell(name, { kind: 'opened', from: 1, complete: true });
		await page.goto(app + room);
		await tab.status('Live');
		return tab;
	}

	/** Waits until the page says this of its connection. */
	async status(text: string): Promise<void> {
		await this.page.getByRole('status').filter({ hasText: text }).first().waitFor({ timeout: 30_000 });
	}

	/** Types it and presses Enter; whether it is sent is another matter. */
	async write(words: string): Promise<void> {
		const text = told(`${this.name}, ${++this.#count}: ${words}`);
		this.#history.tell(this.name, { kind: 'invoked', id: text, text });
		this.#sent.add(text);
		const composer = this.page.getByRole('textbox', { name: 'Message' });
		await composer.fill(text);
		await composer.press('Enter');
	}

	/** How many of mine the page does not show as sent. */
	get unsent(): number {
		return this.#sent.size;
	}

	/** A number is what an acknowledged message has. */
	#shown(entries: { n?: number; text: string }[]): void {
		this.#history.show(
			this.name,
			entries.map(({ n, text }) => ({ n, text, id: this.#history.idOf(text) }))
		);
		for (const { n, text } of entries) {
			if (n !== undefined && this.#sent.delete(text)) {
				this.#history.tell(this.name, { kind: 'acknowledged', id: text, n });
			}
		}
	}
}
