/** Parsers of live events, checked by hand: zod would add 24 kB for every reader. */
import type { Mentioned } from './message.ts';
import type { ShownMessage } from './message-view.ts';
import type { Change } from './change.ts';
import type { ReadMark } from '../reading/unread.ts';

export type Live =
	| { kind: 'message'; message: ShownMessage }
	| { kind: 'change'; change: Change }
	| { kind: 'unknown'; value?: unknown };

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isText = (value: unknown): value is string => typeof value === 'string';

const isMentions = (value: unknown): value is Mentioned[] | undefined =>
	value === undefined ||
	(Array.isArray(value) &&
		value.every((mention) => isRecord(mention) && isText(mention.person) && isText(mention.name)));

export function isChatMessage(value: unknown): value is ShownMessage {
	return (
		isRecord(value) &&
		isNumber(value.n) &&
		isText(value.id) &&
		isText(value.room) &&
		isText(value.person) &&
		isText(value.sender) &&
		isText(value.message) &&
		isMentions(value.mentions) &&
		typeof value.timestamp === 'number' &&
		(value.deleted === undefined || value.deleted === true)
	);
}

export function isChange(value: unknown): value is Change {
	if (!isRecord(value) || !isNumber(value.m) || !isNumber(value.n) || typeof value.timestamp !== 'number') return false;
	switch (value.kind) {
		case 'late':
		case 'delete':
			return true;
		case 'edit':
			return (value.message === undefined || isText(value.message)) && isMentions(value.mentions);
		case 'react':
			return [value.person, value.name, value.emoji].every(isText) && typeof value.on === 'boolean';
		default:
			return false;
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** A read mark from `liveReads`. */
export function readMark(text: string): ReadMark | undefined {
	const value = parsed(text);
	if (!isRecord(value) || !isText(value.room) || !Number.isSafeInteger(value.n)) return undefined;
	return { room: value.room, n: value.n as number, ...(value.back === true && { back: true }) };
}

/** A live event is only a hint: for `unknown` the page asks the server. */
export function readLive(text: string): Live {
	const value = parsed(text);
	if (isChatMessage(value)) return { kind: 'message', message: value };
	if (isChange(value)) return { kind: 'change', change: value };
	return { kind: 'unknown', value };
}

export interface RoomChange {
	id: string;
	name?: string;
	topic?: string;
	archived?: boolean;
}

export const isRoomChange = (value: unknown): value is RoomChange =>
	isRecord(value) && [value.id, value.name ?? '', value.topic ?? ''].every(isText);
