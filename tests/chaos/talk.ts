import { below, type Random } from '../conformance/faults/random.ts';
import type { Sender } from './sender.ts';

export interface Talk {
	/** Messages that were acknowledged. */
	acknowledged: number;
	/** Ends when everybody has finished their sentence. */
	end: () => Promise<void>;
}

/**
 * Everybody writes, one message after the other, each tried until it is answered; one of ten is given up when nothing is
 * heard, so that it may be there or not. @param pause at most so long between two messages, in milliseconds
 */
export function talk(senders: readonly Sender[], random: Random, pause = 0, at?: () => string): Talk {
	let over = false;
	const talking: Talk = {
		acknowledged: 0,
		end: async () => {
			over = true;
			await Promise.all(loops);
		}
	};
	const loops = senders.map(async (sender) => {
		while (!over) {
			const givesUp = below(random, 10) === 0;
			const outcome = await sender.deliver(sender.write(), () => givesUp, at);
			if (outcome === 'acknowledged') talking.acknowledged++;
			if (pause > 0) await new Promise((next) => setTimeout(next, random() * pause));
		}
	});
	return talking;
}
