/** Opens the search for a room by name. Loaded with the first Ctrl K. */
import { mount, unmount } from 'svelte';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import type { RoomListSync } from '$lib/live/rooms/RoomListSync.svelte.ts';
import QuickSwitch from '$lib/ui/rooms/QuickSwitch.svelte';
import { fetchRooms } from '$lib/live/api/room-list.ts';

/** @param ahead text typed while this code loaded; a line break is Enter */
export function switchRoom(list: RoomListSync, ahead = ''): void {
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
