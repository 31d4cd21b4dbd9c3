/** What every page of one browser tab shares: its one socket, and the list of rooms that it keeps true. */
import { createContext } from 'svelte';
import type { RoomListSync } from '$lib/live/rooms/RoomListSync.svelte.ts';

export const [roomList, setRoomList] = createContext<RoomListSync>();
