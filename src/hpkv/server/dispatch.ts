/** From an operation to its reply: who may, what the engine says, in the protocol's words. Sees no socket and no disk. */
import { refusals, type Refusal } from '../protocol/errors.ts';
import type { Operation, Reply } from '../protocol/operations.ts';
import { wrongWithValue } from '../protocol/text.ts';
import { Failed, Refused, Unknown, type Engine } from '../engine/engine.ts';
import type { Matches } from './pattern.ts';

/** The API key's. */
export const everyKey: Matches = () => true;

/** Never rejects: every failure is a reply. `onFailure` hears of those that only the operator can mend. */
export async function dispatch<O extends Operation>(
	engine: Engine,
	operation: O,
	mayTouch: Matches,
	onFailure: (error: unknown) => void
): Promise<Reply<O>> {
	const denied = keysOf(operation).find((key) => !mayTouch(key));
	if (denied !== undefined) return refusals.denied(denied);
	if ('value' in operation) {
		const error = wrongWithValue(operation.value, engine.maxValueBytes);
		if (error) return { code: 400, error, key: operation.key };
	}
	try {
		// TypeScript does not see that a name picks the performer of its own operation.
		return await (performers[operation.op] as unknown as Performer<O>)(engine, operation, mayTouch);
	} catch (error) {
		return refusalOf(error, onFailure);
	}
}

/**
 * What the caller is told of an error of the engine: what kind of trouble it is, and no path or library text. `onFailure`
 * hears of those that only the operator can mend.
 */
export function refusalOf(error: unknown, onFailure: (error: unknown) => void): Refusal {
	if (error instanceof Refused) return { code: 400, error: error.message };
	onFailure(error);
	if (error instanceof Unknown) return refusals.unknown;
	if (!(error instanceof Failed)) return refusals.internal;
	return error.code === 507 ? refusals.full : refusals.unavailable;
}

/** A range needs both of its ends, and shows only what the bearer may touch. */
function keysOf(operation: Operation): string[] {
	return operation.op === 'range' ? [operation.start, operation.end] : [operation.key];
}

type Performer<O extends Operation> = (engine: Engine, operation: O, mayTouch: Matches) => Promise<Reply<O>>;

const performers: { [Name in Operation['op']]: Performer<Extract<Operation, { op: Name }>> } = {
	async get(engine, { key }) {
		const value = await engine.get(key);
		return value === undefined ? refusals.notFound(key) : { code: 200, key, value };
	},
	async set(engine, { key, value }) {
		await engine.set(key, value);
		return { code: 200, success: true, message: 'Record stored' };
	},
	async patch(engine, { key, value }) {
		await engine.patch(key, value);
		return { code: 200, success: true, message: 'Record updated' };
	},
	async delete(engine, { key }) {
		const stood = await engine.delete(key);
		return stood ? { code: 200, success: true, message: 'Record deleted' } : refusals.notFound(key);
	},
	async range(engine, { start, end, limit }, mayTouch) {
		const found = await engine.range(start, end, limit);
		const records = mayTouch === everyKey ? found.records : found.records.filter(({ key }) => mayTouch(key));
		return { code: 200, records, count: records.length, truncated: found.truncated };
	},
	async increment(engine, { key, by }) {
		const sum = await engine.increment(key, by);
		return { code: 200, success: true, key, newValue: sum, result: sum, message: 'Record incremented' };
	}
};
