import { Refused } from './engine.ts';

/**
 * What op 3 (and `partialUpdate`) makes of the text that stands and the text that comes: two JSON objects are merged by
 * RFC 7396 (members recurse, arrays are replaced whole, null removes); anything else is appended.
 */
export function patched(standing: string, patch: string): string {
	const target = jsonObject(standing);
	const change = target && jsonObject(patch);
	return target && change ? JSON.stringify(merged(target, change)) : standing + patch;
}

/** Throws {@link Refused} where the objects are nested too deeply: JSON.stringify and the merge walk them by recursion. */
export function mergedOrRefused(standing: string, patch: string): string {
	try {
		return patched(standing, patch);
	} catch (error) {
		if (error instanceof RangeError) throw new Refused('Value is nested too deeply');
		throw error;
	}
}

/** Whether a patch with this text can merge. Any other patch is appended, also to a stored JSON object. */
export const isJsonObject = (text: string): boolean => jsonObject(text) !== undefined;

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonObject(text: string): JsonObject | undefined {
	// Most appends are not JSON at all: spare them the exception.
	if (!/^[\s]*\{/.test(text)) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/**
 * RFC 7396, section 2. Members are kept in maps and put back by definition, not assignment: a member named `__proto__`
 * is data like any other and must not become the object's prototype. Depth is bounded by the size of a value, which
 * JSON.parse has survived already.
 */
function merged(target: unknown, patch: JsonObject): JsonObject {
	const members = new Map(Object.entries(isObject(target) ? target : {}));
	for (const [name, change] of Object.entries(patch)) {
		if (change === null) members.delete(name);
		else members.set(name, isObject(change) ? merged(members.get(name), change) : change);
	}
	return Object.fromEntries(members);
}
