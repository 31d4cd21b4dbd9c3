/** Opens the search for a room or a person by name. Loaded with the first Ctrl K. */
import { mount, unmount } from 'svelte';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import type { RoomListSync } from '$lib/live/rooms/RoomListSync.svelte.ts';
import QuickSwitch from '$lib/ui/search/QuickSwitch.svelte';
import { fetchRooms, findPeople } from '$lib/live/api/room-list.lazy.ts';

/** @param people whether the reader may see the people of the place, and write to them. @param ahead text typed while this code loaded; a line break is Enter */
export function switchRoom(list: RoomListSync, people: boolean, ahead = ''): void {
	const shown = mount(QuickSwitch, {
		target: document.body,
		props: {
			rooms: list.rooms,
			ahead,
			all: async () => (await fetchRooms()).rooms,
			people: people ? findPeople : undefined,
			onroom: (slug: string) => void goto(resolve('/rooms/[slug]', { slug })),
			onperson: (id: string) => void goto(resolve('/people/[id]', { id })),
			onmessage: people ? (id: string) => void goto(resolve(`/new/message?to=${id}`)) : undefined,
			onclose: () => void unmount(shown)
		}
	});
}
