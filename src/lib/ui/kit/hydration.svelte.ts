import { lazy } from '../../lazy.ts';

/** Fields have a value and sometimes a tick, details are open or not. */
type Element = HTMLInputElement & Pick<HTMLDetailsElement, 'open'>;
type State = Partial<Pick<Element, 'value' | 'checked' | 'open'>>;

/** What a person did before hydration. */
export interface Early {
	element: Element;
	state: State;
	/** Its state is not the server's. Of each select: what is the server's is asked later. */
	isTouched: boolean;
	hasFocus: boolean;
}

const part = lazy(() => import('./hydration.lazy.ts'));

let isDone = $state(false);
/** False in the server's HTML, and until the first page is hydrated. */
export const hydration = {
	get done() {
		return isDone;
	}
};

let early: Early[] | undefined;

/** Call before the first component hydrates; later calls have no effect. */
export function noteEarly(): void {
	early ??= Array.from(
		document.querySelectorAll<Element>('input:not([type=hidden],[type=file]),textarea,select,details'),
		(element) => {
			const { value, checked, open } = element;
			return {
				element,
				state: { value, checked, open },
				isTouched: value !== element.defaultValue || checked !== element.defaultChecked,
				hasFocus: element === document.activeElement
			};
		}
	);
}

/** Call after the page is hydrated, which sets attributes to the server's values and knows no events of before. */
export function restoreEarly(): void {
	isDone = true;
	const left = early?.filter(({ element, state, isTouched }) => {
		Object.assign(element, state);
		return isTouched || !element.isConnected;
	});
	early = [];
	if (left?.[0]) void part().then((loaded) => loaded?.restore(left));
}
