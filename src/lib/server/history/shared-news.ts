import type { Hpkv } from '../../../hpkv/port.ts';
import { writeHoles, type Seen } from '../../chat/reading/cursor.ts';
import { coalesceByKey } from '../runtime/coalesce.ts';
import { readSince } from './catch-up.ts';

/** {@link readSince}, shared between equal cursors: a thousand after a restart. */
export const sharedNews = (store: Hpkv) =>
	coalesceByKey(question, (room: string, cursor: Seen) => readSince(store, room, cursor, Date.now()));

const question = (room: string, { message, change, changedAt, newest, holes }: Seen) =>
	[room, message, change, changedAt, newest?.n, newest?.id, writeHoles(holes)].join(' ');
