/** Deep state: all state here is of one value, or raw (`$state.raw`); a `$state` that holds an object or an array throws in the built page. */
import { COMPONENT_SYMBOL } from '#client/constants';
export function proxy(value) {
	const kind = typeof value === 'object' && value && !(COMPONENT_SYMBOL in value) && Object.getPrototypeOf(value);
	if (kind === Object.prototype || kind === Array.prototype) throw Error('Use $state.raw for objects');
	return value;
}
export const get_proxied_value = (value) => value;
export const is = Object.is;
