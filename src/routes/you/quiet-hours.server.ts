import { redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { isTimeOfDay } from '$lib/chat/people/quiet-hours.ts';
import { changeRefusals, quietHoursRefusals } from '$lib/chat/text/error-texts.ts';
import { changeStanding, readStanding } from '$lib/server/people/standing.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { store, throttle } from '$lib/server/services.ts';

const MAX_RETURNED_CHARACTERS = 20;

/** `7:00` is `07:00`. */
const timeIn = (form: FormData, name: string) => textField(form, name).trim().replace(/^\d:/, '0$&');

export async function saveQuietHours(event: RequestEvent) {
	const form = await readForm(event.request);
	const isOff = textField(form, 'act') === 'off';
	const [from, to] = [timeIn(form, 'from'), timeIn(form, 'to')];
	return memberAction(
		event,
		{
			refusal: (error) => ({
				quiet: { from: from.slice(0, MAX_RETURNED_CHARACTERS), to: to.slice(0, MAX_RETURNED_CHARACTERS), error }
			}),
			noSession: changeRefusals['no-session'],
			limit: (_, address) => throttle.preference(address)
		},
		async ({ session: { person }, refused }) => {
			if (!isOff && !(isTimeOfDay(from) && isTimeOfDay(to))) return refused(422, quietHoursRefusals['no-time']);
			if (!isOff && from === to) return refused(422, quietHoursRefusals.same);
			const { zone = '' } = isOff ? {} : await readStanding(store, person);
			const hours = { from, to, zone: zone || event.locals.visitor.zone() };
			await changeStanding(store, person, 'quietHours', isOff ? null : hours);
			redirect(303, `${resolve('/you')}?saved=quiet#quiet`);
		}
	);
}
