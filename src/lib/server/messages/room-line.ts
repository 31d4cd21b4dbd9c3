import { z } from 'zod';
import type { StoredRecord } from '../../../hpkv/port.ts';
import { MAX_LINE_BYTES } from '../../chat/limits.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { readMarkKey } from '../../chat/storage/keys.ts';
import { listed } from '../../chat/text/listed.ts';
import { parsed } from '../storage/parse-json.ts';

/** As stored: the names stand before *left*. */
export const LEFT = 'Left:';

export const LineMark = z.object({
	/** The beginning of a sentence that ends with a name, or {@link LEFT}: neighbours with the same are one sentence. */
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

/** *Ada added Mara, Tom · Kim and Bo left* */
function textOf(lines: readonly LineMark[]): string {
	let text = '';
	let [before, names]: [string, string[]] = ['', []];
	for (const [i, { what, name }] of lines.entries()) {
		if (i > 0 && what === lines[i - 1]?.what) names = [...names, name];
		else [before, names] = [text && `${text} · `, [name]];
		const next = before + sentence(what, names);
		if (Buffer.byteLength(next) > MAX_LINE_BYTES) return `${text} and ${lines.length - i} more`;
		text = next;
	}
	return text;
}

const sentence = (what: string, names: readonly string[]): string =>
	what === LEFT ? `${listed(names)} left` : [what, names.join(', ')].filter(Boolean).join(' ');
