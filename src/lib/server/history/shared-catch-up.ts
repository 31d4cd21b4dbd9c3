import { writeHoles, type Seen } from '../../chat/reading/cursor.ts';
import { readSince } from './catch-up.ts';
import { store } from '../storage/store.ts';

type Answer = ReturnType<typeof readSince>;

const running = new Map<string, Answer>();
const waiting = new Map<string, Answer>();

/** Shares {@link readSince} between equal cursors (a thousand after a restart), by the rule of runtime/coalesce.ts. */
export function newsSince(room: string, cursor: Seen): Answer {
	const { message, change, changedAt, newest, holes } = cursor;
	const question = [room, message, change, changedAt, newest?.n, newest?.id, writeHoles(holes)].join(' ');
	const ask = () => {
		const answer = readSince(store, room, cursor, Date.now()).finally(() => running.delete(question));
		running.set(question, answer);
		return answer;
	};
	const current = running.get(question);
	if (!current) return ask();
	let next = waiting.get(question);
	if (!next) {
		const again = () => {
			waiting.delete(question);
			return ask();
		};
		next = current.then(again, again);
		waiting.set(question, next);
	}
	return next;
}
