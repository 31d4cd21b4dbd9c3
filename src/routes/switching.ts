/** Going to a room by its name, loaded with the first Ctrl K. */
import { mount, unmount } from 'svelte';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import type { RoomListFeed } from '$lib/live/RoomListFeed.svelte.ts';
import QuickSwitch from '$lib/ui/QuickSwitch.svelte';
import { fetchRooms } from './ticket.ts';

/** @param ahead what was typed before this code was here; a line break is Enter */
export function switchRoom(list: RoomListFeed, ahead = ''): void {
	const shown = mount(QuickSwitch, {
		target: document.body,
		props: {
			rooms: list.rooms,
			ahead,
			all: async () => (await fetchRooms()).rooms,
			onchoose: (slug: string) => void goto(resolve('/rooms/[slug]', { slug })),
			onclose: () => void unmount(shown)
		}
	});
}
