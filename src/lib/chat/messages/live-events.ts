/** Parsers of live events, checked by hand: zod would add 24 kB for every reader. */
import type { Mentioned } from './message.ts';
import type { ShownMessage } from './message-view.ts';
import type { Change } from './change.ts';

/** A live event that says only that there is something new: readers ask for it. No entry, by {@link parseEntry}. */
export const WAKE = '1';

/** Of a person's list: there is a direct message. A value that is none of these says that a room has come or gone. */
export const DIRECT_MESSAGE = '2';
/** Of a person's list: they have chosen a level. */
export const LIST_CHANGED = '3';

export type LogEntry = { kind: 'message'; message: ShownMessage } | { kind: 'change'; change: Change };

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isText = (value: unknown): value is string => typeof value === 'string';

const isMentions = (value: unknown): value is Mentioned[] | undefined =>
	value === undefined ||
	(Array.isArray(value) &&
		value.every((mention) => isRecord(mention) && isText(mention.person) && isText(mention.name)));

const isFiles = (value: unknown): boolean =>
	value === undefined ||
	(Array.isArray(value) &&
		value.every((file) => isRecord(file) && isText(file.id) && isText(file.name) && isText(file.type)));

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
		(value.re === undefined || isNumber(value.re)) &&
		isFiles(value.files) &&
		(value.deleted === undefined || value.deleted === true)
	);
}

export function isChange(value: unknown): value is Change {
	if (!isRecord(value) || !isNumber(value.m) || !isNumber(value.n) || typeof value.timestamp !== 'number') return false;
	switch (value.kind) {
		case 'late':
		case 'delete':
		case 'line':
			return true;
		case 'edit':
			return (value.message === undefined || isText(value.message)) && isMentions(value.mentions);
		case 'react':
			return [value.person, value.name, value.emoji].every(isText) && typeof value.on === 'boolean';
		default:
			return false;
	}
}

/** The value of key `liveRoom`. A change has a `kind`, and a message has none. */
export function parseEntry(value: unknown): LogEntry | undefined {
	if (isChatMessage(value)) return { kind: 'message', message: value };
	if (isChange(value)) return { kind: 'change', change: value };
	return undefined;
}
