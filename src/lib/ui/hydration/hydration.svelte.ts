import { lazy } from '../../lazy.ts';

/** Fields have a value, some a tick; details are open or closed. */
export type EarlyElement = HTMLInputElement & Pick<HTMLDetailsElement, 'open'>;

/** What a person did before hydration. */
export interface Early {
	element: EarlyElement;
	values: Pick<EarlyElement, 'value' | 'checked' | 'open'>;
	/** Whether it differs from the server's HTML. A select is always taken: restore.lazy.ts decides. */
	isTouched: boolean;
	hasFocus: boolean;
}

const part = lazy(() => import('./restore.lazy.ts'));

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
		document.querySelectorAll<EarlyElement>('input:not([type=hidden],[type=file]),textarea,select,details'),
		(element) => {
			const { value, checked, open } = element;
			return {
				element,
				values: { value, checked, open },
				isTouched: value !== element.defaultValue || checked !== element.defaultChecked,
				hasFocus: element === document.activeElement
			};
		}
	);
}

/** Call after the page is hydrated, which sets attributes to the server's values and knows no events of before. */
export function restoreEarly(): void {
	isDone = true;
	const left = early?.filter(({ element, values, isTouched }) => {
		Object.assign(element, values);
		return isTouched || !element.isConnected;
	});
	early = [];
	if (left?.[0]) void part().then((loaded) => loaded?.restore(left));
}
