/** The task that removes the bytes of a deleted message's files. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { DELETED_BYTES_KEPT_MS } from '../../chat/limits.ts';
import type { ChatMessage } from '../../chat/messages/message.ts';
import { enqueue } from '../tasks/task-queue.ts';

export const ERASURE = 'erase files';

export const Erasure = z.object({
	kind: z.literal(ERASURE),
	room: z.string(),
	n: z.number(),
	files: z.array(z.string()),
	/** Milliseconds since 1970. */
	queuedAt: z.number()
});
export type Erasure = z.infer<typeof Erasure>;

/** The deletion mark is set right after this. */
const SOON_MS = 200;

/** To be queued before the message is marked as deleted: a crash between the two leaves a task that ends by itself. */
export async function queueErasure(
	store: Hpkv,
	{ room, n, files }: Pick<ChatMessage, 'room' | 'n' | 'files'>,
	when: 'at once' | 'later',
	now: number
): Promise<void> {
	if (!files?.length) return;
	const body: Erasure = { kind: ERASURE, room, n, files: files.map(({ id }) => id), queuedAt: now };
	const due = now + (when === 'at once' ? SOON_MS : DELETED_BYTES_KEPT_MS);
	await enqueue(store, body, `${ERASURE.slice(0, 5)}-${room}-${n}-${when.slice(0, 2)}`, due);
}
