/** An entry of its own: SvelteKit links no style of a part that other pages import themselves. */
export { default } from './RecoveryCodes.svelte';
