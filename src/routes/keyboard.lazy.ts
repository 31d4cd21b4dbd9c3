/** Loaded with the first single key. Nothing needs keys; the controls of e, r, +, Shift U and End have aria-keyshortcuts. */
import { mount, tick, unmount } from 'svelte';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { page } from '$app/state';
import { wantsAttention } from '$lib/chat/reading/unread.ts';
import { sectionsOf } from '$lib/chat/rooms/room-order.ts';
import { lazy } from '$lib/lazy.ts';
import { choose, chosen } from '$lib/live/preferences/set-preference.ts';
import { FIELDS, isAlone, meaning } from '$lib/ui/keyboard/key-events.ts';
import type { MessageMenuCommands, PageCommands } from '$lib/ui/keyboard/page-commands.ts';

const shortcuts = lazy(() => import('$lib/ui/keyboard/Shortcuts.svelte'));

type Commands = Partial<PageCommands>;

/** One that returns false leaves the key to the browser. */
const KEYS: Record<string, (commands: Commands, event: KeyboardEvent) => boolean | void> = {
	'?': () => void help(),
	j: (commands) => step(commands, 1),
	k: (commands) => step(commands, -1),
	ArrowDown: (commands) => (focusedMessage(commands) ? step(commands, 1) : false),
	ArrowUp: (commands) => (focusedMessage(commands) ? step(commands, -1) : false),
	r: (commands) => runInMenu(commands, 'reply'),
	e: (commands) => runInMenu(commands, 'edit'),
	'+': (commands) => runInMenu(commands, 'react'),
	U: (commands) => runInMenu(commands, 'markUnread'),
	n: openNextUnreadRoom,
	End: scrollToLatest,
	Escape: goUp
};

export function press(event: KeyboardEvent, commands: Commands): void {
	const run = isAlone(event) && !chosen('no-keys') ? KEYS[meaning(event)] : undefined;
	if (run && run(commands, event) !== false) event.preventDefault();
}

const focusedMessage = ({ messages }: Commands) =>
	messages?.().find(({ element }) => element.contains(document.activeElement));

/** Whether the help is open, or its code loads: its key may be pressed again meanwhile. */
let isHelpOpen = false;

export async function help(): Promise<void> {
	if (isHelpOpen) return;
	isHelpOpen = true;
	const part = await shortcuts();
	isHelpOpen = !!part && !document.querySelector('dialog[open]');
	if (!part || !isHelpOpen) return;
	const shown = mount(part.default, {
		target: document.body,
		props: {
			on: !chosen('no-keys'),
			onswitch: (on) => choose('no-keys', !on),
			onclose: () => {
				isHelpOpen = false;
				void unmount(shown);
			}
		}
	});
}

function focus(element: HTMLElement | undefined): void {
	if (!element) return;
	element.tabIndex = -1;
	element.focus({ preventScroll: true });
	element.scrollIntoView({ block: 'nearest' });
}

/** Without a focused message, both directions lead to the newest. */
function step({ messages, composer }: Commands, by: 1 | -1): boolean | void {
	const shown = messages?.() ?? [];
	if (shown.length === 0) return false;
	const at = shown.findIndex(({ element }) => element.contains(document.activeElement));
	const next = at < 0 ? shown.length - 1 : Math.max(at + by, 0);
	if (next < shown.length) focus(shown[next]?.element);
	else composer?.()?.focus();
}

/** Opens the menu of the focused or else the newest message, and runs its command. */
function runInMenu(commands: Commands, command: 'reply' | 'edit' | 'react' | 'markUnread'): boolean | void {
	const focused = focusedMessage(commands);
	const { n, element } = focused ?? commands.messages?.().at(-1) ?? {};
	if (n === undefined || !commands.openMessageMenu) return false;
	if (!focused) focus(element);
	void commands
		.openMessageMenu(n)
		.then(tick)
		.then(() => {
			const menu: MessageMenuCommands | undefined = commands.messageMenu?.();
			if (menu?.n !== n) return;
			// This menu has no such command, like editing another person's message.
			(menu[command] ?? menu.close)();
		});
}

function openNextUnreadRoom({ rooms }: Commands): boolean | void {
	const inOrder = Object.values(sectionsOf(rooms?.() ?? [])).flat();
	const next = inOrder.find((row) => row.slug !== page.params.slug && wantsAttention(row));
	if (!next) return false;
	void goto(room(next.slug));
}

function scrollToLatest(commands: Commands): boolean | void {
	const { messages, isBehind, scrollToLatest } = commands;
	if (!messages || !scrollToLatest) return false;
	if (!isBehind?.() && isElsewhere()) return void goto(room(page.params.slug ?? ''));
	// Move the focus too: j and k continue from here.
	if (focusedMessage(commands)) focus(messages().at(-1)?.element);
	void scrollToLatest();
}

/** Whether the page shows older messages or a permalink. */
const isElsewhere = () => page.params.n !== undefined || page.url.search !== '';
const room = (slug: string) => resolve('/rooms/[slug]', { slug });

/** Leaves the composer, or goes to the room (from settings, a permalink or older messages) or to `/`. Never leaves a room. */
function goUp({ composer, messages }: Commands, { target }: KeyboardEvent): boolean | void {
	const field = target as HTMLElement;
	if (field === composer?.()) {
		field.blur();
		return focus(messages?.().at(-1)?.element);
	}
	if (field.closest(FIELDS)) return false;
	const { route, params } = page;
	if (route.id === '/' || (route.id === '/rooms/[slug]' && !isElsewhere())) return false;
	void goto(params.slug === undefined ? resolve('/') : room(params.slug));
}
