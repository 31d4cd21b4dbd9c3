export const FIELDS = 'input, textarea, select, [contenteditable]';

/** What a shortcut is compared with: of another script's letter the Latin one at its place; a capital if Shift is held, despite Caps Lock. */
export function meaning({ key, code, shiftKey }: KeyboardEvent): string {
	const letter = key > '~' ? /^Key(.)$/.exec(code)?.[1] : /^[a-z]$/i.exec(key)?.[0];
	return (shiftKey ? letter?.toUpperCase() : letter?.toLowerCase()) ?? key;
}

/** Whether a key is a shortcut: it is Escape, or no field has the focus; and no modifier makes it the browser's. */
export function isAlone(event: KeyboardEvent): boolean {
	const { key, target } = event;
	if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return false;
	if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && key.length > 1)) return false;
	return key === 'Escape' || !(target as Element).closest(FIELDS);
}
