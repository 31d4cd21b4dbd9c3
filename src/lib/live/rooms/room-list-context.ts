/** The room list and the one socket that all pages of a browser tab share. */
import { createContext } from 'svelte';
import type { RoomListSync } from '$lib/live/rooms/RoomListSync.svelte.ts';

export const [roomList, setRoomList] = createContext<RoomListSync>();
