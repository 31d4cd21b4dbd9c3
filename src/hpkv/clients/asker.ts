/** For whom an operation of the store is asked: what a queue needs in order to be fair. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** In order of urgency. */
export const URGENCIES = ['send', 'read', 'background'] as const;
export type Urgency = (typeof URGENCIES)[number];

export interface Asker {
	urgency: Urgency;
	/** Requests of different persons take turns. Parley passes the network of the client's address: it cannot be made up. */
	person: string;
	/** The endpoint has accepted an operation of the request: the request is finished before others begin. */
	isBegun: boolean;
}

const askers = new AsyncLocalStorage<Asker>();

/** Runs `work`, whose operations are asked for `person`, however late they come. */
export const askFor = <T>(asker: Pick<Asker, 'urgency' | 'person'>, work: () => T): T =>
	askers.run({ ...asker, isBegun: false }, work);

/** Runs work of the present request that nobody waits for. */
export function askLater<T>(work: () => T): T {
	const asker = askers.getStore();
	return asker ? askers.run({ ...asker, urgency: 'background' }, work) : work();
}

/** What nobody waits for is asked after everything else. */
const nobody: Asker = { urgency: 'background', person: '', isBegun: true };

export const currentAsker = (): Asker => askers.getStore() ?? nobody;
