/** What waits for the `await` of a component, or for state before it. */
import { is_runes } from '../context.js';
import { derived, derived_safe_equal } from './deriveds.js';
const none = () => {
	throw Error('See src/build/instead');
};
export function flatten(blockers, sync, async, fn) {
	if (blockers.length + async.length) none();
	fn(sync.map(is_runes() ? derived : derived_safe_equal));
}
export function run_after_blockers(blockers, fn) {
	flatten(blockers, [], [], fn);
}
export const capture = none;
export const save = none;
export const unsave = none;
export const track_reactivity_loss = none;
export async function* for_await_track_reactivity_loss() {}
export const unset_context = none;
export const run = none;
export const wait = none;
export const increment_pending = none;
