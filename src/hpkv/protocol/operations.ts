/**
 * The six operations: what a caller may ask, as a value of our own ({@link Operation}), as a frame on the socket
 * ({@link operationFrame}) and what comes back ({@link Reply}). REST spells the same operations in rest.ts.
 */
import { z } from 'zod';
import { RANGE_DEFAULT, RANGE_MAX } from './limits.ts';
import { wrongWithBound, wrongWithHolder, wrongWithKey } from './text.ts';
import { unsupportedMember } from './unsupported.ts';
import type { Refusal } from './errors.ts';

export type Operation =
	| { op: 'get'; key: string }
	| { op: 'set'; key: string; value: string }
	| { op: 'patch'; key: string; value: string }
	| { op: 'delete'; key: string }
	| { op: 'range'; start: string; end: string; limit: number }
	| { op: 'increment'; key: string; by: number };

/**
 * What comes back when an operation went well, the same for both transports (REST leaves out `code`). Clients take
 * anything but `code: 200` for a failure, and a mere `error` member too; `newValue` is read on sockets, `result` by REST
 * clients.
 */
export interface Successes {
	get: { code: 200; key: string; value: string };
	set: { code: 200; success: true; message: string };
	patch: { code: 200; success: true; message: string };
	delete: { code: 200; success: true; message: string };
	range: { code: 200; records: { key: string; value: string }[]; count: number; truncated: boolean };
	increment: { code: 200; success: true; key: string; newValue: number; result: number; message: string };
}

export type Reply<O extends Operation = Operation> = Successes[O['op']] | Refusal;

const checked = (name: string, wrong: (text: string) => string | undefined) =>
	z.string({ error: `${name} must be a string` }).superRefine((text, context) => {
		const message = wrong(text);
		if (message) context.addIssue({ code: 'custom', message });
	});

export const Key = checked('Key', wrongWithKey);
export const Bound = checked('Range bound', wrongWithBound);
export const HolderName = checked('Holder', wrongWithHolder);

/** How long a value may be is the store's own setting: dispatch.ts asks. */
export const Value = z.string({ error: 'Value must be a string' });

/** A safe integer: HPKV counts in 64-bit integers, of which JSON carries exactly these. */
export const Increment = z.int({ error: 'Increment must be a safe integer' });

/** More than the most is the most; none is the default. */
export const Limit = z
	.int({ error: 'Limit must be a positive integer' })
	.min(1, { error: 'Limit must be a positive integer' })
	.transform((limit) => Math.min(limit, RANGE_MAX))
	.default(RANGE_DEFAULT);

/** Unknown members (`timestamp`, `value` on a get) are ignored: HPKV's own examples send them. */
const frames = z.discriminatedUnion(
	'op',
	[
		z.object({ op: z.literal(1), key: Key }),
		z.object({ op: z.literal(2), key: Key, value: Value }),
		z.object({ op: z.literal(3), key: Key, value: Value }),
		z.object({ op: z.literal(4), key: Key }),
		z.object({ op: z.literal(5), key: Bound, endKey: Bound, limit: Limit }),
		z.object({ op: z.literal(6), key: Key, value: Increment })
	],
	{ error: 'Unknown operation' }
);

const supported = z.unknown().superRefine((frame, context) => {
	const message = unsupportedMember(frame);
	if (message) context.addIssue({ code: 'custom', message });
});

/** A socket's frame, parsed: the operation it asks for, or a sentence on its first fault. */
export const operationFrame = supported.pipe(frames).transform((frame): Operation => {
	switch (frame.op) {
		case 1:
			return { op: 'get', key: frame.key };
		case 2:
			return { op: 'set', key: frame.key, value: frame.value };
		case 3:
			return { op: 'patch', key: frame.key, value: frame.value };
		case 4:
			return { op: 'delete', key: frame.key };
		case 5:
			return { op: 'range', start: frame.key, end: frame.endKey, limit: frame.limit };
		case 6:
			return { op: 'increment', key: frame.key, by: frame.value };
	}
});

/** The first fault that a schema found, as the one sentence that the caller is told. */
export const firstFault = (error: z.ZodError): string => error.issues[0]?.message ?? 'Invalid request';
