/** Whether a person has changed an input, a textarea or an option. A tick without a value has the value `on`. */
export const isTouched = (control: Partial<HTMLInputElement & HTMLOptionElement>) =>
	control.selected !== control.defaultSelected ||
	control.checked !== control.defaultChecked ||
	(!/^(?:checkbox|radio|)$/.test(control.type ?? '') && control.value !== control.defaultValue);
