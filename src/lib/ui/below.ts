/** Puts a text below what is typed, as if by hand, and the caret at its end. */
export function putBelow(field: HTMLTextAreaElement | undefined, text: string): void {
	if (!field) return;
	const above = field.value.trimEnd();
	field.value = above ? `${above}\n\n${text}` : text;
	field.dispatchEvent(new InputEvent('input', { bubbles: true }));
	field.focus();
	field.scrollTop = field.scrollHeight;
}
