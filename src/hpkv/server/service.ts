/** One store as its doors see it (http.ts, socket.ts, the client in this process): the engine, who may, who hears. */
import type { Refusal } from '../protocol/errors.ts';
import type { Operation, Reply } from '../protocol/operations.ts';
import { dispatch, refusalOf } from './dispatch.ts';
import type { Engine } from '../engine/engine.ts';
import type { Log } from './events.ts';
import type { Grants } from './access-tokens.ts';
import type { Matches } from './pattern.ts';
import { Watchers } from './subscriptions.ts';

/** Milliseconds. */
const FAILURES_EVERY = 1_000;

export class Service {
	readonly engine: Engine;
	readonly grants: Grants;
	readonly watchers = new Watchers();
	readonly log: Log;
	#failureLogged = -Infinity;

	constructor(engine: Engine, grants: Grants, log: Log) {
		this.engine = engine;
		this.grants = grants;
		this.log = log;
		engine.onCommit((changes) => this.watchers.changed(changes));
	}

	/** Never rejects. */
	ask<O extends Operation>(operation: O, mayTouch: Matches): Promise<Reply<O>> {
		return dispatch(this.engine, operation, mayTouch, (error) => this.#failed(error));
	}

	/** What a caller that asks the engine itself is told of its error. */
	refusalOf(error: unknown): Refusal {
		return refusalOf(error, () => this.#failed(error));
	}

	/** A full disk fails a thousand writes a second; the operator needs to hear of it once in a while. */
	#failed(error: unknown): void {
		const now = performance.now();
		if (now - this.#failureLogged < FAILURES_EVERY) return;
		this.#failureLogged = now;
		this.log('hpkv-failed', { error: error instanceof Error ? error.message : 'unknown' });
	}
}
