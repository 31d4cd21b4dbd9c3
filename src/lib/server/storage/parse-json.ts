import type { ZodType } from 'zod';

export function parsed<T>(schema: ZodType<T>, text: string | undefined): T | undefined {
	if (text === undefined) return undefined;
	try {
		return schema.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}
