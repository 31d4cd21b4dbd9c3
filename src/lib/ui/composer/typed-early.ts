/**
 * Restores text that was typed before hydration. Svelte keeps the fields; but if an extension, a translation or a
 * phone's number links changed the page, Svelte renders the page again with empty fields.
 */
type Field = HTMLInputElement | HTMLTextAreaElement;

interface Typed {
	field: Field;
	value: string;
	/** Caret position, if the field had the focus. */
	caret?: [start: number | null, end: number | null];
}

let typed: Typed[] | undefined;

const fields = () => document.querySelectorAll<Field>('input:not([type=hidden]), textarea');
/** The property is an absolute address: the server renders relative ones. */
const formOf = (field: Field) => field.form?.action;

/** Call before the first component hydrates; later calls have no effect. */
export function noteTyped(): void {
	typed ??= Array.from(fields(), (field) => ({
		field,
		value: field.value,
		caret: field === document.activeElement ? [field.selectionStart, field.selectionEnd] : undefined
	}));
}

/** Call after the page is rendered. */
export function restoreTyped(): void {
	for (const { field, value, caret } of typed ?? []) {
		if (field.isConnected) continue;
		const now = Array.from(fields()).find((other) => other.name === field.name && formOf(other) === formOf(field));
		if (!now) continue;
		if (now.value !== value) {
			now.value = value;
			now.dispatchEvent(new Event('input', { bubbles: true }));
		}
		if (!caret) continue;
		now.focus({ preventScroll: true });
		now.setSelectionRange(...caret);
	}
	typed = [];
}
