export const FIELDS = 'input, textarea, select, [contenteditable]';

/**
 * What a key means: by its place, where it has a letter of another script, which no shortcut is written in; and a capital
 * where Shift is held, whatever Caps Lock says.
 */
export function meaning({ key, code, shiftKey }: KeyboardEvent): string {
	const letter = key > '~' ? /^Key(.)$/.exec(code)?.[1] : /^[a-z]$/i.exec(key)?.[0];
	return (shiftKey ? letter?.toUpperCase() : letter?.toLowerCase()) ?? key;
}

/**
 * Whether a key means what it does by itself: nobody is typing, and no other key is held, which makes it the browser's or
 * the system's. Escape is no letter, and the way out of a field.
 */
export function isAlone(event: KeyboardEvent): boolean {
	const { key, target } = event;
	if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return false;
	if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && key.length > 1)) return false;
	return key === 'Escape' || !(target as Element).closest(FIELDS);
}
