import { fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { characters, clean } from '$lib/chat/messages/draft.ts';
import { MAX_WELCOME } from '$lib/chat/limits.ts';
import { placeName } from '$lib/chat/people/name.ts';
import { CREATE_ROOMS, INVITES, JOINING, READING, type PlaceRecord } from '$lib/chat/place/place.ts';
import { tooManyPictures } from '$lib/chat/text/avatar-texts.ts';
import { FORM_DAMAGED, placeNameRefusals } from '$lib/chat/text/error-texts.ts';
import { audit, avatars, settings, shownAvatars, throttle, uploads } from '$lib/server/services.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import type { Actions, PageServerLoad } from './$types';
import { avatarOf } from '../../avatars/avatar-form.server.ts';
import { operatorAction } from '../operator.server.ts';

export const load: PageServerLoad = async () => ({
	place: await settings.fresh(),
	pins: settings.pins,
	lack: avatars.lack,
	uploadMax: uploads.limits.sizes.most
});

const CHOICES = { joining: JOINING, reading: READING, createRooms: CREATE_ROOMS, invites: INVITES } as const;
type Choice = keyof typeof CHOICES;

const LONG_WELCOME = `That line is too long. Use up to ${MAX_WELCOME} characters.`;

export const actions: Actions = {
	save: async (event) => {
		const form = await readForm(event.request);
		const typed = {
			name: textField(form, 'name'),
			welcome: textField(form, 'welcome'),
			...(Object.fromEntries((Object.keys(CHOICES) as Choice[]).map((name) => [name, textField(form, name)])) as Record<
				Choice,
				string
			>)
		};
		let field = '';
		return operatorAction(
			event,
			(error) => ({ refused: { typed, field, error } }),
			async ({ by, refused }) => {
				const name = placeName(typed.name);
				if (!name.ok) {
					field = 'name';
					return refused(422, placeNameRefusals[name.because]);
				}
				const welcome = clean(typed.welcome).replace(/\s+/gu, ' ').trim();
				if (characters(welcome) > MAX_WELCOME) {
					field = 'welcome';
					return refused(422, LONG_WELCOME);
				}
				const now = await settings.fresh();
				const change: PlaceRecord = { ...now, ...settings.pins, name: name.name, welcome, chosen: true };
				const details = [now.name !== name.name && 'name', now.welcome !== welcome && 'welcome line'];
				for (const choice of Object.keys(CHOICES) as Choice[]) {
					// A pinned choice is not in the form.
					if (Object.hasOwn(settings.pins, choice)) continue;
					const value = typed[choice];
					if (!(CHOICES[choice] as readonly string[]).includes(value)) return refused(400, FORM_DAMAGED);
					if (now[choice] !== value) details.push(`${choice}: ${now[choice]} → ${value}`);
					Object.assign(change, { [choice]: value });
				}
				const changed = onlyChanged(change, now);
				const detail = details.filter(Boolean).join(', ');
				await audit.during(by, { act: 'settings', detail }, () => settings.change({ ...changed, chosen: true }));
				return { saved: true };
			}
		);
	},

	logo: async (event) => {
		const form = await readForm(event.request);
		return operatorAction(
			event,
			(error) => ({ logo: { error } }),
			async ({ by, refused }) => {
				const seconds = throttle.avatar(by.id);
				if (seconds > 0) return fail(429, { logo: { error: tooManyPictures(seconds) }, ...wait(event, seconds) });
				const made = await avatarOf(form, by.id);
				if ('error' in made) return refused(422, made.error);
				await audit.during(by, { act: 'settings', detail: 'logo' }, () => shownAvatars.showLogo(made.id));
				redirect(303, `${resolve('/operator/place')}?saved#logo`);
			}
		);
	},

	removeLogo: (event) =>
		operatorAction(
			event,
			(error) => ({ logo: { error } }),
			async ({ by }) => {
				await audit.during(by, { act: 'settings', detail: 'no logo' }, () => shownAvatars.showLogo(null));
				redirect(303, `${resolve('/operator/place')}?saved#logo`);
			}
		)
};

/** Two operators who change two settings at once both keep their change. */
const onlyChanged = (change: PlaceRecord, now: PlaceRecord): PlaceRecord =>
	Object.fromEntries(Object.entries(change).filter(([name, value]) => now[name as keyof PlaceRecord] !== value));
