/** The attacker's thread: what it does must not slow down those who measure. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Assault, Target } from './assault.ts';
import * as reading from './reading.ts';
import * as sockets from './sockets.ts';
import * as writing from './writing.ts';

export const assaults = { ...reading, ...writing, ...sockets } satisfies Record<string, Assault>;

export type AssaultName = keyof typeof assaults;

export interface Orders {
	assault: AssaultName;
	target: Target;
	/** Milliseconds. */
	lasts: number;
}

if (parentPort) {
	const { assault, target, lasts } = workerData as Orders;
	const end = performance.now() + lasts;
	parentPort.postMessage(await assaults[assault](target, () => performance.now() > end));
}
