import type { ZodType } from 'zod';

/** A stored value, parsed at the door; `undefined` when nothing stands there or it is not what it should be. */
export function parsed<T>(schema: ZodType<T>, text: string | undefined): T | undefined {
	if (text === undefined) return undefined;
	try {
		return schema.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}
