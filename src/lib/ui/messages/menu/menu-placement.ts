interface Measures {
	/** The top of the message, from the upper edge of the view. */
	row: number;
	/** Height of the button that opens the menu, at the top of the message. */
	button: number;
	menu: number;
	view: number;
}

/** From the top of its message: below its button; else above the message; else as close to the button as the view allows. */
export function menuTop({ row, button, menu, view }: Measures): number {
	if (row + button >= 0 && row + button + menu <= view) return button;
	if (row - menu >= 0) return -menu;
	return Math.max(0, Math.min(row + button, view - menu)) - row;
}
