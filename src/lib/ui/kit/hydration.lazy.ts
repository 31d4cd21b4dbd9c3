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
	for (const { element, state, isTouched, caret } of early) {
		if (!element.isConnected) {
			const again = Array.from(document.querySelectorAll<Field>(element.localName)).find(
				(other) =>
					other.name === element.name &&
					formOf(other) === formOf(element) &&
					(element.type !== 'radio' || other.value === element.value)
			);
			if (!again) continue;
			if (again.value !== state.value || again.checked !== state.checked) {
				Object.assign(again, state);
				say(again, 'input');
			}
			if (!caret) continue;
			again.focus({ preventScroll: true });
			again.setSelectionRange(...caret);
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
