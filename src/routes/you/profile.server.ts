import { redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { MAX_ABOUT } from '$lib/chat/limits.ts';
import { aboutLine, type Profile } from '$lib/chat/people/profile.ts';
import { changeRefusals, profileRefusals } from '$lib/chat/text/error-texts.ts';
import { changeStanding, readStanding } from '$lib/server/people/standing.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { knownZone } from '$lib/server/runtime/time-zone.ts';
import { unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import { store, throttle } from '$lib/server/services.ts';

/** Sent with the page: a browser may know other names. */
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export interface ProfileForm {
	/** Absent without a session, or where the store is away: a refused form is shown all the same. */
	saved?: Profile & { hasAvatar: boolean };
	zones: readonly string[];
}

export async function loadProfile({ visitor }: App.Locals): Promise<ProfileForm> {
	const saved = await unlessStoreAway(
		async () => {
			const session = await visitor.session();
			return session && (await readStanding(store, session.person));
		},
		() => undefined
	);
	if (!saved) return { zones: ZONES };
	const { about = '', zone = '', avatar } = saved;
	// The zone may be an alias, or from another Node.
	const hasAvatar = typeof avatar === 'string';
	return { saved: { about, zone, hasAvatar }, zones: zone === '' || ZONES.includes(zone) ? ZONES : [zone, ...ZONES] };
}

const MAX_RETURNED_CHARACTERS = 4 * MAX_ABOUT;

export async function saveProfile(event: RequestEvent) {
	const form = await readForm(event.request);
	const typed: Profile = { about: textField(form, 'about'), zone: textField(form, 'zone') };
	return memberAction(
		event,
		{
			refusal: (error, field: keyof Profile = 'about') => ({
				profile: {
					about: typed.about.slice(0, MAX_RETURNED_CHARACTERS),
					zone: typed.zone.slice(0, MAX_RETURNED_CHARACTERS),
					error,
					field
				}
			}),
			noSession: changeRefusals['no-session'],
			limit: (_, address) => throttle.preference(address)
		},
		async ({ session: { person }, refused }) => {
			const about = aboutLine(typed.about);
			const zone = typed.zone === '' ? '' : knownZone(typed.zone);
			if (about === undefined) return refused(422, profileRefusals['too-long']);
			if (zone === undefined) return refused(422, profileRefusals['no-zone'], 'zone');
			await changeStanding(store, person, 'about', about);
			await changeStanding(store, person, 'zone', zone);
			redirect(303, `${resolve('/you')}?saved=profile#profile`);
		}
	);
}
