/** Enter sends with a mouse, where a keyboard has Shift; on touch Enter is a new line, and the button sends. */
export function sendsByEnter(event: KeyboardEvent): boolean {
	// 229: the Enter that ends a composition, which Safari reports after its end.
	if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return false;
	if (event.ctrlKey || event.metaKey) return true;
	return !event.shiftKey && !event.altKey && matchMedia('(pointer: fine)').matches;
}
