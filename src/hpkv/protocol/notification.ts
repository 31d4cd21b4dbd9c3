/**
 * What a subscriber hears: `{"type":"notification","key","value","timestamp"}`, with no `code` and no `messageId`.
 * Read in browsers, so it is guarded by hand: zod is 24 kB there.
 */
export interface Notification {
	key: string;
	/** The raw string as it was written; the submitted text after a patch; `null` after a delete. */
	value: string | null;
	/** When the notification was made, in milliseconds since 1970. */
	timestamp: number;
}

/** One frame's text. Serialised once per change, whoever hears it. */
export function notificationFrame({ key, value, timestamp }: Notification): string {
	return JSON.stringify({ type: 'notification', key, value, timestamp });
}

/** The notification in a frame's text, or undefined where it is anything else (a reply, not JSON, a wrong shape). */
export function readNotification(text: unknown): Notification | undefined {
	if (typeof text !== 'string') return undefined;
	let frame: unknown;
	try {
		frame = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (typeof frame !== 'object' || frame === null) return undefined;
	const { type, key, value, timestamp } = frame as Record<string, unknown>;
	if (type !== 'notification' || typeof key !== 'string') return undefined;
	// Hosted types allow a number after an atomic increment; one shape is enough for us.
	const heard = typeof value === 'number' ? String(value) : value;
	if (heard !== null && typeof heard !== 'string') return undefined;
	return { key, value: heard, timestamp: typeof timestamp === 'number' ? timestamp : 0 };
}
