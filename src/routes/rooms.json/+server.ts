import { listRooms } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import type { RequestHandler } from './$types';

/** The list that `/` renders, for a page that keeps itself true. */
export const GET: RequestHandler = async () => Response.json({ rooms: await listRooms(store), now: Date.now() });
