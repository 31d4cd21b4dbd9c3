/** Where a store cannot drop holders, rooms of a blocked person that not all may read get new epochs. Until then their token hears wake-ups. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { ROOMS_RENEWED_AT_ONCE } from '../../chat/limits.ts';
import { kindOf } from '../../chat/rooms/kind.ts';
import { isShutOut, readStanding } from '../people/standing.ts';
import { heldIn, membershipsOf } from '../rooms/memberships.ts';
import { renewEpoch } from '../rooms/removal.ts';
import { readRoomState } from '../rooms/rooms.ts';
import { enqueue, type Step, type StepContext } from '../tasks/task-queue.ts';

export const RENEWAL = 'renew epochs';

const Renewal = z.object({
	kind: z.literal(RENEWAL),
	person: z.string(),
	/** Milliseconds since 1970. */
	startedAt: z.number(),
	/** The room that was done last. */
	after: z.string()
});

/** A block that is not stored by then was not made. */
const BLOCK_WAIT_MS = 60_000;
const WAIT_AGAIN_MS = 1_000;

/** To be stored before the person is blocked: a crash between the two leaves a task that ends by itself. */
export async function queueRenewal(store: Hpkv, person: string, now: number): Promise<void> {
	const body: z.infer<typeof Renewal> = { kind: RENEWAL, person, startedAt: now, after: '' };
	await enqueue(store, body, `epochs-${person}`, now);
}

export const renewEpochs =
	({ store, clock }: { store: Hpkv; clock: () => number }) =>
	async (body: unknown, { isOver }: StepContext): Promise<Step> => {
		const renewal = Renewal.parse(body);
		const { person, startedAt } = renewal;
		if (!isShutOut(await readStanding(store, person))) {
			return clock() < startedAt + BLOCK_WAIT_MS ? { again: renewal, due: clock() + WAIT_AGAIN_MS } : 'done';
		}
		const memberships = await membershipsOf(store, person);
		const left = [...memberships.keys()].filter((room) => room > renewal.after).sort();
		for (const [at, room] of left.entries()) {
			if (at === ROOMS_RENEWED_AT_ONCE || isOver()) return { again: renewal, due: clock() };
			const state = await readRoomState(store, room);
			const isHeard = kindOf(room, state) !== 'open' && heldIn(memberships.get(room), state) !== undefined;
			if (isHeard) await renewEpoch(store, room);
			renewal.after = room;
		}
		return 'done';
	};
