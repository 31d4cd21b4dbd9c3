/** What keys can do on the page that is open. Components register their commands; a key without its command does nothing. */
import { createContext, onMount } from 'svelte';
import type { RoomRow } from '../../chat/rooms/room.ts';

/** Commands of an open message menu. One is absent where the menu does not offer it. */
export interface MessageMenuCommands {
	n: number;
	reply?: () => void;
	edit?: () => void;
	/** Moves the focus to the first emoji. */
	react?: () => void;
	markUnread?: () => void;
	close: () => void;
}

/** A message on the page. `n` is absent where it has no menu. */
export interface MessageElement {
	element: HTMLElement;
	n?: number;
}

export interface PageCommands {
	/** Oldest first. */
	messages: () => readonly MessageElement[];
	/** Resolves when the menu of message `n` is open, or its code could not be loaded. */
	openMessageMenu: (n: number) => Promise<void>;
	messageMenu: () => MessageMenuCommands;
	/** The field for a new message; absent where the reader may not write. */
	composer: () => HTMLElement | undefined;
	/** Whether messages are below the view, or not loaded yet. */
	isBehind: () => boolean;
	scrollToLatest: () => Promise<void>;
	rooms: () => readonly RoomRow[];
}

const [getCommands, setCommands] = createContext<Partial<PageCommands>>();

/** Call it once, in the root layout. */
export const createCommands = () => setCommands({});

/** The later component wins: a page is mounted before the one that it replaces is removed. @returns a function that removes them */
export function addCommands(page: Partial<PageCommands>, added: Partial<PageCommands>): () => void {
	Object.assign(page, added);
	return () => {
		for (const name of Object.keys(added) as (keyof PageCommands)[]) if (page[name] === added[name]) delete page[name];
	};
}

export function registerCommands(commands: Partial<PageCommands>): void {
	const page = getCommands();
	onMount(() => addCommands(page, commands));
}
