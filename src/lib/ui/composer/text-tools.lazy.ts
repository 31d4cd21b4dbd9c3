/** What the buttons and keys of the composer do. Loaded with the first of them. */
import { formatted, type Format } from '../../chat/composer/format.ts';
import { replaceText } from './replace-text.ts';

export function use(tool: Format | 'Mention', field: HTMLTextAreaElement): void {
	const { value, selectionStart: from, selectionEnd: to } = field;
	if (tool === 'Mention') {
		// The sign within a word would begin no completion.
		return insert(field, /[\p{L}\p{N}\p{M}_.@/]$/u.test(value.slice(0, from)) ? ' @' : '@');
	}
	const { from: start, to: end, text, selection } = formatted(value, from, to, tool);
	field.focus();
	replaceText(field, start, end, text);
	field.setSelectionRange(...selection);
}

export function insert(field: HTMLTextAreaElement, text: string): void {
	field.focus();
	replaceText(field, field.selectionStart, field.selectionEnd, text);
}
