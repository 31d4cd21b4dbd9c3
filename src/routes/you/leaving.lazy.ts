import { resolve } from '$app/paths';
import { forgetPerson, unsentOf } from '$lib/live/leaving/kept-here.ts';

/** Submits a form that signs out, and forgets what this browser keeps of the person; where something is not sent, the page says so first. */
export async function leave(form: HTMLFormElement, person: string): Promise<void> {
	if (await unsentOf(person)) return location.assign(`${resolve('/you')}#sign-out`);
	await forgetPerson(person);
	form.submit();
}
