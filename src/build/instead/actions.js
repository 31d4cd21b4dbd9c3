/** Actions with an `update`: that of `use:enhance` has none. */
import { effect } from '../../reactivity/effects.js';
import { untrack } from '../../runtime.js';
export function action(dom, action, get_value) {
	effect(() => {
		const held = untrack(() => action(dom, get_value?.()));
		if (held?.update) throw Error('See src/build/instead');
		return held?.destroy;
	});
}
