import type { ReadMark } from './unread.ts';

/** The value of key `liveReads`. */
export function parseReadMark(value: unknown): ReadMark | undefined {
	const { room, n, back } = (value ?? {}) as Record<string, unknown>;
	if (typeof room !== 'string' || !Number.isSafeInteger(n)) return undefined;
	return { room, n: n as number, ...(back === true && { back: true }) };
}
