/**
 * What was typed before the page's script took over. Svelte takes fields as they are; but where something else was put into
 * the page meanwhile (by an extension, a translation, a phone that makes links of numbers), it renders the page anew, with
 * empty fields.
 */
type Field = HTMLInputElement | HTMLTextAreaElement;

interface Typed {
	field: Field;
	value: string;
	/** Where the caret was, if it was there. */
	caret?: [start: number | null, end: number | null];
}

let typed: Typed[] | undefined;

const fields = () => document.querySelectorAll<Field>('input:not([type=hidden]), textarea');
/** Resolved: the server writes addresses from where the page is. */
const formOf = (field: Field) => field.form?.action;

/** Before the first component touches the page; what is rendered anew calls it again, which changes nothing. */
export function noteTyped(): void {
	typed ??= Array.from(fields(), (field) => ({
		field,
		value: field.value,
		caret: field === document.activeElement ? [field.selectionStart, field.selectionEnd] : undefined
	}));
}

/** Once the page is rendered. */
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
