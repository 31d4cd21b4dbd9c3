/** Scroll offset that centres a message, or aligns its top where it is taller than the view. */
export const centred = (rowHeight: number, height: number) => Math.max(0, (height - rowHeight) / 2);

/** Distance from the upper edge of the view. */
export const topOf = (element: Element, view: Element) =>
	element.getBoundingClientRect().top - view.getBoundingClientRect().top;

/** Resolves after the frame in which the list corrects its scroll position. Until then, a scroll would be taken for the reader's. */
export const settled = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Scrolls the element to `top`; by default centred. */
export function stand(element: HTMLElement, view: HTMLElement, top = centred(element.offsetHeight, view.clientHeight)) {
	view.scrollTop += topOf(element, view) - top;
}
