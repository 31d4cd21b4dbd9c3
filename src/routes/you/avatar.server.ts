/** The avatar of a person: a part of the settings. */
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { tooManyPictures } from '$lib/chat/text/avatar-texts.ts';
import { changeRefusals } from '$lib/chat/text/error-texts.ts';
import { memberAction, readForm } from '$lib/server/runtime/forms.ts';
import { shownAvatars, throttle } from '$lib/server/services.ts';
import { avatarOf } from '../avatars/avatar-form.server.ts';

const SAVED = () => redirect(303, `${resolve('/you')}?saved=avatar#profile`);

export async function saveAvatar(event: RequestEvent) {
	const form = await readForm(event.request);
	return memberAction(
		event,
		{ ...FORM, limit: (person) => throttle.avatar(person), tooFast: tooManyPictures },
		async ({ session, refused }) => {
			const made = await avatarOf(form, session.person);
			if ('error' in made) return refused(422, made.error);
			await shownAvatars.show(session.person, made.id);
			SAVED();
		}
	);
}

export const removeAvatar = (event: RequestEvent) =>
	memberAction(
		event,
		{ ...FORM, limit: (_, address) => throttle.preference(address) },
		async ({ session: { person } }) => {
			await shownAvatars.show(person, null);
			SAVED();
		}
	);

const FORM = {
	refusal: (error: string) => ({ avatar: { error } }),
	noSession: changeRefusals['no-session']
};
