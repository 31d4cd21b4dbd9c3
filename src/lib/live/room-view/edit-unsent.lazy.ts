import type { RoomView } from './RoomView.svelte.ts';

const HOLDS_ANOTHER = 'Send or clear your draft first. The unsent message stays here.';

/** Puts a refused message back into the composer, with its reply and its files, unless the composer holds something. */
export async function editUnsent(view: RoomView, id: string): Promise<void> {
	const { composer, sync } = view;
	const refused = () => composer.outbox.unsent.find((unsent) => unsent.id === id && unsent.state === 'failed');
	const { files } = refused() ?? {};
	const opened = files && (await view.openFiles());
	const box = composer.composer?.box();
	const unsent = refused();
	if (!box || !unsent || (files && !opened)) return;
	if (box.value.trim() || composer.reply || view.files?.tray.length) {
		composer.refusal = HOLDS_ANOTHER;
		box.focus();
		return;
	}
	// If the page is killed meanwhile, the text is in the outbox, in the draft, or in both.
	if (files) await opened?.takeBack(files);
	// Meanwhile the button may have been pressed again, or a text begun.
	if (!refused()) return;
	box.value = [unsent.message, box.value.trim()].filter(Boolean).join('\n\n');
	box.dispatchEvent(new Event('input', { bubbles: true }));
	const { re, answered } = unsent;
	composer.answer(re ? { sender: '', text: '', ...answered, re } : undefined);
	composer.refusal = '';
	// The person was told of those who can read it now.
	if (unsent.anyway) sync.day = unsent.day;
	composer.outbox.discard(id, true);
}
