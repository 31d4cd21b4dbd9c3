/** What every page of one browser tab shares: its one socket, and the list of rooms that it keeps true. */
import { createContext } from 'svelte';
import type { RoomListFeed } from '$lib/live/RoomListFeed.svelte.ts';

export const [roomList, setRoomList] = createContext<RoomListFeed>();
