/**
 * The writes of all nodes for the client in this process, each once. The engine tells of a write after its answer, in the
 * order of all nodes; who has asked here must not have an answer before the listeners know. So the writes of this process, by
 * whichever door, are reported with the answer, and those of other nodes when the engine tells of them.
 */
import type { Change, Engine } from '../engine/engine.ts';

type Listener = (changes: Change[]) => void;

export interface NodesWrites {
	/** To be used by all doors of this process in place of the engine. */
	engine: Engine;
	onWrite: (listener: Listener) => void;
}

export function writesOfNodes(engine: Engine): NodesWrites {
	const listeners: Listener[] = [];
	const tell: Listener = (changes) => listeners.forEach((listener) => listener(changes));
	engine.onCommit((changes, isOthers) => isOthers && tell(changes));
	return {
		onWrite: (listener) => void listeners.push(listener),
		engine: {
			owned: engine.owned,
			maxValueBytes: engine.maxValueBytes,
			get: (key) => engine.get(key),
			range: (start, end, limit) => engine.range(start, end, limit),
			onCommit: (listener) => engine.onCommit(listener),
			onGap: (listener) => engine.onGap(listener),
			caughtUp: () => engine.caughtUp(),
			close: () => engine.close(),
			async set(key, value) {
				await engine.set(key, value);
				tell([{ key, value }]);
			},
			async patch(key, value) {
				await engine.patch(key, value);
				tell([{ key, value }]);
			},
			async delete(key) {
				const stood = await engine.delete(key);
				if (stood) tell([{ key, value: null }]);
				return stood;
			},
			async increment(key, by) {
				const sum = await engine.increment(key, by);
				tell([{ key, value: String(sum) }]);
				return sum;
			}
		}
	};
}
