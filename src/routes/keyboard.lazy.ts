/**
 * Handles single keys, loaded with the first of them. Keys press controls of the page, which declare their key in
 * aria-keyshortcuts, so every key has a control.
 */
import { mount, unmount } from 'svelte';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { page } from '$app/state';
import { lazy } from '$lib/lazy.ts';
import { choose, chosen } from '$lib/live/preferences/set-preference.ts';
import { FIELDS, isAlone, meaning } from '$lib/ui/kit/key-events.ts';

const shortcuts = lazy(() => import('$lib/ui/kit/Shortcuts.svelte'));

/** For a message's actions to appear: their code loads with the first use. */
const MENU_TIMEOUT_MS = 5_000;

/** An act that returns false leaves the key to the browser. */
const ACTS: Record<string, (event: KeyboardEvent) => boolean | void> = {
	'?': () => void help(),
	j: () => step(1),
	k: () => step(-1),
	ArrowDown: () => (current() ? step(1) : false),
	ArrowUp: () => (current() ? step(-1) : false),
	r: () => act('r'),
	e: () => act('e'),
	'+': () => act('Plus'),
	U: () => act('Shift+U'),
	n: nextUnread,
	End: latest,
	Escape: up
};

export function press(event: KeyboardEvent): void {
	if (!isAlone(event) || chosen('no-keys')) return;
	if (ACTS[meaning(event)]?.(event) !== false) event.preventDefault();
}

const all = <E extends HTMLElement = HTMLElement>(selector: string) => [...document.querySelectorAll<E>(selector)];
const messages = () => all('[role=log] article');
const current = () => document.activeElement?.closest<HTMLElement>('[role=log] article') ?? undefined;
const composer = () => document.querySelector<HTMLElement>('.composer textarea');

export async function help(): Promise<void> {
	const part = await shortcuts();
	if (!part) return;
	const shown = mount(part.default, {
		target: document.body,
		props: {
			on: !chosen('no-keys'),
			onswitch: (on) => choose('no-keys', !on),
			onclose: () => void unmount(shown)
		}
	});
}

function focus(article: HTMLElement | undefined): void {
	if (!article) return;
	article.tabIndex = -1;
	article.focus({ preventScroll: true });
	article.scrollIntoView({ block: 'nearest' });
}

/** Without a focused message, both directions lead to the newest. */
function step(by: 1 | -1): boolean | void {
	const shown = messages();
	if (shown.length === 0) return false;
	const here = current();
	const at = here ? shown.indexOf(here) + by : shown.length - 1;
	if (at < shown.length) focus(shown[Math.max(at, 0)]);
	else composer()?.focus();
}

/** Opens the actions of the focused or else the newest message, and presses the one with this key. */
function act(key: string): boolean | void {
	const article = current() ?? messages().at(-1);
	const more = article?.querySelector<HTMLElement>('.more');
	if (!article || !more) return false;
	if (!current()) focus(article);
	if (more.getAttribute('aria-expanded') !== 'true') more.click();
	void appears(article, '[role=group][aria-label=Actions]').then((panel) => {
		const control = panel?.querySelector<HTMLElement>(`[aria-keyshortcuts='${key}']`);
		// This message has no such action, like editing another person's message.
		if (panel && !control) more.click();
		else if (key === 'Plus') control?.focus();
		else control?.click();
	});
}

function appears(inside: HTMLElement, selector: string): Promise<Element | null> {
	const found = inside.querySelector(selector);
	if (found) return Promise.resolve(found);
	return new Promise((resolve) => {
		const done = (element: Element | null) => {
			observer.disconnect();
			clearTimeout(late);
			resolve(element);
		};
		const observer = new MutationObserver(() => {
			const element = inside.querySelector(selector);
			if (element) done(element);
		});
		const late = setTimeout(() => done(null), MENU_TIMEOUT_MS);
		observer.observe(inside, { childList: true, subtree: true });
	});
}

function nextUnread(): boolean | void {
	const [next] = all<HTMLAnchorElement>('[aria-label=Rooms] a.unread:not([aria-current])');
	if (!next) return false;
	next.click();
}

function latest(): boolean | void {
	const [jump] = all(`[aria-keyshortcuts='End']`);
	const { slug } = page.params;
	if (!jump && slug === undefined) return false;
	if (!jump && slug !== undefined && isElsewhere()) return void goto(room(slug));
	const last = messages().at(-1);
	// Move the focus too: j and k continue from here.
	if (current()) focus(last);
	if (jump) jump.click();
	else last?.scrollIntoView({ block: 'end' });
}

/** Whether the page shows older messages or a permalink. */
const isElsewhere = () => page.params.n !== undefined || page.url.search !== '';
const room = (slug: string) => resolve('/rooms/[slug]', { slug });

/** Leaves the composer, or goes to the room (from settings, a permalink or older messages) or to `/`. Never leaves a room. */
function up({ target }: KeyboardEvent): boolean | void {
	const field = target as HTMLElement;
	if (field === composer()) {
		field.blur();
		return focus(messages().at(-1));
	}
	if (field.closest(FIELDS)) return false;
	const { route, params } = page;
	if (route.id === '/' || (route.id === '/rooms/[slug]' && !isElsewhere())) return false;
	void goto(params.slug === undefined ? resolve('/') : room(params.slug));
}
