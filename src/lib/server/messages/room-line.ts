/** What has happened in a room behind one message, in one line. */
import { z } from 'zod';
import type { StoredRecord } from '../../../hpkv/port.ts';
import { MAX_LINE_BYTES } from '../../chat/limits.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { readMarkKey } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';

export const LineMark = z.object({
	/** The beginning of a sentence that ends with a name: neighbours with the same are one sentence. */
	what: z.string(),
	/** Empty where nobody is named. */
	name: z.string(),
	/** Before the message: the room had none. */
	above: z.literal(true).optional()
});
export type LineMark = z.infer<typeof LineMark>;

/** @param marks of one message, ascending by key */
export function lineOf(marks: readonly StoredRecord[]): ShownMessage['line'] {
	const lines = marks.flatMap(({ key, value }) => {
		const mark = readMarkKey(key);
		const line = mark?.kind === 'line' ? parsed(LineMark, value) : undefined;
		return mark?.kind === 'line' && line ? [{ m: mark.m, ...line }] : [];
	});
	const m = lines.at(-1)?.m;
	if (m === undefined) return undefined;
	const above = textOf(lines.filter((line) => line.above)) || undefined;
	return { m, text: textOf(lines.filter((line) => !line.above)), above };
}

/** *Ada added Mara, Tom · Left: Kim* */
function textOf(lines: readonly LineMark[]): string {
	let text = '';
	for (const [i, { what, name }] of lines.entries()) {
		const joint = what === lines[i - 1]?.what ? ', ' : `${i > 0 ? ' · ' : ''}${what}${name && ' '}`;
		if (Buffer.byteLength(text + joint + name) > MAX_LINE_BYTES) return `${text} and ${lines.length - i} more`;
		text += joint + name;
	}
	return text;
}
