/** Replaces a part of a focused field's text, so that a person can undo it. */
export function replaceText(field: HTMLTextAreaElement, from: number, to: number, text: string): void {
	if (field.value.slice(from, to) === text) return;
	field.setSelectionRange(from, to);
	// Deprecated, but the only replacement that a person can undo; the fallback replaces without undo.
	if (document.execCommand(text ? 'insertText' : 'delete', false, text)) return;
	field.setRangeText(text, from, to, 'end');
	field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
