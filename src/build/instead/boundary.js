/** Boundaries: Svelte wraps a page in one, which catches nothing and waits for nothing. A `<svelte:boundary>` or an `await` in a component would need the real one. */
import { EFFECT_PRESERVED, EFFECT_TRANSPARENT } from '#client/constants';
import { block, branch } from '../../reactivity/effects.js';
import { hydrate_next, hydrating } from '../hydration.js';
export function boundary(node, props, children) {
	if (props.failed || props.onerror) throw Error('See src/build/instead');
	block(() => {
		if (hydrating) hydrate_next();
		branch(() => children(node));
	}, EFFECT_TRANSPARENT | EFFECT_PRESERVED);
}
export class Boundary {}
export function pending() {
	throw Error('See src/build/instead');
}
