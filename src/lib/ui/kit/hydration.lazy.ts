/**
 * Tells the page what a person did before hydration. If an extension, a translation or a phone's number links changed the page,
 * Svelte has rendered it again, with empty fields.
 */
import type { Early } from './hydration.svelte.ts';

type Field = Early['element'];

const say = (field: Field, type: 'input' | 'change') => field.dispatchEvent(new Event(type, { bubbles: true }));
/** The property is an absolute address: the server renders relative ones. */
const formOf = (field: Field) => field.form?.action;

export function restore(early: readonly Early[]): void {
	for (const { element, isTouched, hasFocus } of early) {
		if (!element.isConnected) {
			const again = Array.from(document.querySelectorAll<Field>(element.localName)).find(
				(other) =>
					other.name === element.name &&
					formOf(other) === formOf(element) &&
					(element.type !== 'radio' || other.value === element.value)
			);
			if (!again) continue;
			const { value, checked, selectionStart, selectionEnd } = element;
			if (again.value !== value || again.checked !== checked) {
				Object.assign(again, { value, checked });
				say(again, 'input');
			}
			if (!hasFocus) continue;
			again.focus({ preventScroll: true });
			again.setSelectionRange(selectionStart, selectionEnd);
		} else if (element instanceof HTMLSelectElement ? isChosen(element) : isTouched) {
			say(element, 'input');
			// Text has its change when the person leaves the field.
			if (/^(?:select|checkbox|radio)/.test(element.type)) say(element, 'change');
		}
	}
}

function isChosen(select: HTMLSelectElement): boolean {
	const options = Array.from(select.options);
	return (options.find((option) => option.defaultSelected) ?? options[0])?.selected === false;
}
