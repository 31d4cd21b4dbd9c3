import { topOf } from '../../scroll/scroll-to.ts';

/**
 * A menu lies above its message. At the top of the list it would be out of sight there, and lies below its button.
 * @param view the element that scrolls the messages
 */
export function opensBelow(menu: HTMLElement, view: HTMLElement): boolean {
	const top = topOf(menu, view);
	return top < 0 && top + menu.offsetHeight < view.clientHeight / 2;
}
