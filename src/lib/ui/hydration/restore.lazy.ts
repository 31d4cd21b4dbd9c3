/**
 * Tells the page what a person did before hydration. If an extension, a translation or a phone's number links changed the page,
 * Svelte has rendered it again, with empty fields.
 */
import type { Early, EarlyElement } from './hydration.svelte.ts';

const dispatch = (element: EarlyElement, type: 'input' | 'change') =>
	element.dispatchEvent(new Event(type, { bubbles: true }));
/** The property is an absolute address: the server renders relative ones. */
const formOf = (element: EarlyElement) => element.form?.action;

export function restore(early: readonly Early[]): void {
	for (const { element, isTouched, hasFocus } of early) {
		if (!element.isConnected) {
			const again = findAgain(element);
			if (again) copy(element, again, hasFocus);
		} else if (element instanceof HTMLSelectElement ? isChosen(element) : isTouched) {
			dispatch(element, 'input');
			// Text has its change when the person leaves the field.
			if (/^(?:select|checkbox|radio)/.test(element.type)) dispatch(element, 'change');
		}
	}
}

/** Details have no name of their own: the words that unfold them tell them apart. */
const wordsOf = (element: EarlyElement) => element.querySelector('summary')?.textContent;

const findAgain = (element: EarlyElement) =>
	Array.from(document.querySelectorAll<EarlyElement>(element.localName)).find(
		(other) =>
			other.name === element.name &&
			formOf(other) === formOf(element) &&
			wordsOf(other) === wordsOf(element) &&
			(element.type !== 'radio' || other.value === element.value)
	);

function copy(from: EarlyElement, to: EarlyElement, hasFocus: boolean): void {
	const { value, checked, open, selectionStart, selectionEnd } = from;
	if (to.value !== value || to.checked !== checked || to.open !== open) {
		Object.assign(to, { value, checked, open });
		dispatch(to, 'input');
		if (/^(?:select|checkbox|radio)/.test(to.type)) dispatch(to, 'change');
	}
	if (!hasFocus) return;
	to.focus({ preventScroll: true });
	// Only text has a caret.
	if (typeof selectionStart === 'number') to.setSelectionRange(selectionStart, selectionEnd);
}

function isChosen(select: HTMLSelectElement): boolean {
	const options = Array.from(select.options);
	return (options.find((option) => option.defaultSelected) ?? options[0])?.selected === false;
}
