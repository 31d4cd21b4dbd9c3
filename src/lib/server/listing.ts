import { config } from './config.ts';
import { Directory } from './directory.ts';
import { listFor, type RoomsNow } from './room-list.ts';
import { onWritten, store } from './store.ts';
import type { Visitor } from './visitor.ts';

/** All rooms, as this process knows them; an embedded store tells of every write. */
export const directory = new Directory(store, () => performance.now(), config.store.mode === 'embedded');
onWritten((key, value) => directory.wrote(key, value));

/** The list for a page that is rendered. */
export const roomsFor = (visitor: Visitor, most?: number): Promise<RoomsNow> =>
	listFor(store, visitor.person(), directory.recent(), most);

/** The list for a page that hears what is new, and asks for what it has not heard. */
export const roomsNowFor = (visitor: Visitor, most?: number): Promise<RoomsNow> =>
	listFor(store, visitor.person(), directory.now(), most);
