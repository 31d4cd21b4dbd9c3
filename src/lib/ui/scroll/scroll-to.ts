/** Where the top of what a reader comes for stands: it is centred, or, higher than the view, begins with it. */
export const centred = (rowHeight: number, height: number) => Math.max(0, (height - rowHeight) / 2);

/** How far below the upper edge of the view an element stands. */
export const topOf = (element: Element, view: Element) =>
	element.getBoundingClientRect().top - view.getBoundingClientRect().top;

/** Scrolls so that the element stands there; without `top`, so that it is centred. */
export function stand(element: HTMLElement, view: HTMLElement, top = centred(element.offsetHeight, view.clientHeight)) {
	view.scrollTop += topOf(element, view) - top;
}
