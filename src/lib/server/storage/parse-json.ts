import type { ZodType } from 'zod';

/** Parses a stored value; `undefined` if it is missing or invalid. */
export function parsed<T>(schema: ZodType<T>, text: string | undefined): T | undefined {
	if (text === undefined) return undefined;
	try {
		return schema.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}
