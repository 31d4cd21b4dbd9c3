/** What a person did between the arrival of a page and its hydration: typed texts, choices, unfolded details. */
import { isTouched } from './touched.ts';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Early {
	field: Field;
	value: string;
	checked?: boolean;
	isTouched: boolean;
	hasFocus: boolean;
}

let isNoted = false;
let fields: Early[] = [];
let unfolded: HTMLDetailsElement[] = [];

const fieldsNow = () =>
	Array.from(document.querySelectorAll<Field>('input:not([type=hidden],[type=file]),textarea,select'));
const isTick = (field: Field) => field.type === 'checkbox' || field.type === 'radio';
const hasText = (field: Field): field is HTMLInputElement | HTMLTextAreaElement => 'select' in field && !isTick(field);

/** Without an option of the server's choice, the first one is chosen. */
function isChosen({ options, selectedIndex }: HTMLSelectElement): boolean {
	const all = Array.from(options);
	return all.some(({ defaultSelected }) => defaultSelected) ? all.some(isTouched) : selectedIndex > 0;
}

/** Once: a page that Svelte renders again begins anew. */
export function note(): void {
	if (isNoted) return;
	isNoted = true;
	fields = fieldsNow()
		.map((field) => ({
			field,
			value: field.value,
			checked: 'checked' in field ? field.checked : undefined,
			isTouched: 'options' in field ? isChosen(field) : isTouched(field),
			hasFocus: field === document.activeElement
		}))
		.filter(({ isTouched, hasFocus }) => isTouched || hasFocus);
	unfolded = Array.from(document.querySelectorAll<HTMLDetailsElement>('details[open]'));
}

export function restore(): void {
	for (const details of unfolded) {
		const now = details.isConnected ? details : again(details, 'details', wordsOf);
		if (now) now.open = true;
	}
	for (const early of fields) {
		if (early.field.isConnected) keep(early);
		else if (hasText(early.field)) type(early.field, early);
	}
	fields = [];
	unfolded = [];
}

const dispatch = (field: Field, type: 'input' | 'change') => field.dispatchEvent(new Event(type, { bubbles: true }));

function keep({ field, value, checked, isTouched }: Early): void {
	if (!isTouched) return;
	if (!isTick(field)) {
		if (field.value !== value) field.value = value;
	} else if ('checked' in field && checked !== undefined) field.checked = checked;
	dispatch(field, 'input');
	// Text has its change when the person leaves the field.
	if (!hasText(field)) dispatch(field, 'change');
}

/** Where an extension or a translation made Svelte render again, text is typed again; choices stay the server's: a wrong one may harm. */
function type(typed: HTMLInputElement | HTMLTextAreaElement, { value, isTouched, hasFocus }: Early): void {
	const field = again(typed, typed.localName as 'input' | 'textarea', addressOf);
	if (!field) return;
	if (isTouched && field.value !== value) {
		field.value = value;
		dispatch(field, 'input');
	}
	if (!hasFocus) return;
	field.focus({ preventScroll: true });
	// Some types of input have no caret.
	if (typed.selectionStart !== null) field.setSelectionRange(typed.selectionStart, typed.selectionEnd);
}

/** The action is an absolute address: the server renders relative ones. */
const addressOf = ({ name, type, form }: HTMLInputElement | HTMLTextAreaElement) => `${type} ${name} ${form?.action}`;
const wordsOf = (details: HTMLDetailsElement) => details.querySelector('summary')?.textContent ?? '';

/** The element that stands where `gone` stood, if there is one alone of its kind. */
function again<Name extends 'input' | 'textarea' | 'details'>(
	gone: HTMLElementTagNameMap[Name],
	name: Name,
	kindOf: (element: HTMLElementTagNameMap[Name]) => string
): HTMLElementTagNameMap[Name] | undefined {
	const alike = Array.from(document.querySelectorAll(name)).filter((element) => kindOf(element) === kindOf(gone));
	return alike.length === 1 ? alike[0] : undefined;
}
