/** Enter sends where a keyboard is sure to have Shift; on touch it is a new line, and the button is the way. */
export function sendsByEnter(event: KeyboardEvent): boolean {
	// 229: the Enter that ends a composition, which Safari reports after it has ended.
	if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return false;
	if (event.ctrlKey || event.metaKey) return true;
	return !event.shiftKey && !event.altKey && matchMedia('(pointer: fine)').matches;
}
