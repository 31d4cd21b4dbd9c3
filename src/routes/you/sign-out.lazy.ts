import { resolve } from '$app/paths';
import { forgetPerson, unsentOf } from '$lib/live/leaving/kept-here.ts';

/** Removes what this browser keeps of the person, and submits the form. Where something is not sent, opens the settings, which say so. */
export async function signOut(form: HTMLFormElement, person: string): Promise<void> {
	if (await unsentOf(person)) return location.assign(`${resolve('/you')}#sign-out`);
	await forgetPerson(person);
	form.submit();
}
