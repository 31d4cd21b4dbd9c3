/** The form that sets an avatar or the logo: the server has uploaded its file already (lib/server/files/in-front.ts). */
import { FILE_FIELD } from '$lib/chat/files/form-fields.ts';
import { avatarRefusal } from '$lib/chat/text/avatar-texts.ts';
import { isFileRefusal } from '$lib/chat/text/file-texts.ts';
import { REFUSED_FIELD } from '$lib/server/files/form-with-files.ts';
import { avatars, uploads } from '$lib/server/services.ts';

/** Makes the avatar of the form. @returns the id of its file, or why there is none, in a sentence */
export async function avatarOf(form: FormData, person: string): Promise<{ id: string } | { error: string }> {
	const [id, refused] = [form.get(FILE_FIELD), form.get(REFUSED_FIELD)];
	const { most } = uploads.limits.sizes;
	if (typeof refused === 'string') {
		const [because = ''] = refused.split(':');
		return { error: avatarRefusal(isFileRefusal(because) ? because : 'cut', most) };
	}
	if (typeof id !== 'string') return { error: avatarRefusal('none', most) };
	const made = await avatars.make(person, id);
	return made.ok ? { id: made.id } : { error: avatarRefusal(made.because, most) };
}
