/** A search whose results come while a person types the next one must not replace what they type. */
import { beforeNavigate } from '$app/navigation';
import type { Attachment } from 'svelte/attachments';

/**
 * Call while a component begins. @param searched what the shown results are of
 * @returns for an element around one field, which has `searched` until something else is typed
 */
export function followSearch(searched: () => string): Attachment<HTMLElement> {
	let isTyping = false;
	let shown = searched();
	beforeNavigate(() => (isTyping = false));
	return (around) => {
		const field = around.querySelector('input');
		const type = () => (isTyping = true);
		around.addEventListener('input', type);
		$effect(() => {
			const now = searched();
			// Text typed before hydration stays, too.
			if (now === shown) return;
			shown = now;
			if (field && !isTyping) field.value = now;
		});
		return () => around.removeEventListener('input', type);
	};
}
