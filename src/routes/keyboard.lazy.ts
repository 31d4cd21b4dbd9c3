/**
 * What single keys do, loaded with the first of them. They press what the page shows: a control says its key in
 * aria-keyshortcuts, so that there is no key for what cannot be done without it.
 */
import { mount, unmount } from 'svelte';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { page } from '$app/state';
import { lazy } from '$lib/lazy.ts';
import { choose, chosen } from '$lib/live/preferences/set-preference.ts';
import { FIELDS, isAlone, meaning } from '$lib/ui/kit/key-events.ts';

const shortcuts = lazy(() => import('$lib/ui/kit/Shortcuts.svelte'));

/** How long a message's actions may take to come, in milliseconds: their code is loaded with the first. */
const MENU_TIMEOUT_MS = 5_000;

/** Each does what its key says, or answers false: then the key is the browser's. */
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

/** From nowhere, the newest message is the next one and the one before. */
function step(by: 1 | -1): boolean | void {
	const shown = messages();
	if (shown.length === 0) return false;
	const here = current();
	const at = here ? shown.indexOf(here) + by : shown.length - 1;
	if (at < shown.length) focus(shown[Math.max(at, 0)]);
	else composer()?.focus();
}

/** Opens what can be done with the message that has the keyboard, or the newest, and does one thing of it. */
function act(key: string): boolean | void {
	const article = current() ?? messages().at(-1);
	const more = article?.querySelector<HTMLElement>('.more');
	if (!article || !more) return false;
	if (!current()) focus(article);
	if (more.getAttribute('aria-expanded') !== 'true') more.click();
	void appears(article, '[role=group][aria-label=Actions]').then((panel) => {
		const control = panel?.querySelector<HTMLElement>(`[aria-keyshortcuts='${key}']`);
		// Not for this message: somebody else's is not edited.
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
	// The focus goes along: j and k go on from what is seen.
	if (current()) focus(last);
	if (jump) jump.click();
	else last?.scrollIntoView({ block: 'end' });
}

/** On a page of older messages, or of one. */
const isElsewhere = () => page.params.n !== undefined || page.url.search !== '';
const room = (slug: string) => resolve('/rooms/[slug]', { slug });

/** Out of a field, and up to the room of a message; out of a room only by a link. */
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
