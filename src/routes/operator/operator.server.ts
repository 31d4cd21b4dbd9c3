/** Form actions of operators. Who may ask for the pages is said in admission/route-rules.ts. */
import { error, type RequestEvent } from '@sveltejs/kit';
import { may } from '$lib/chat/people/permissions.ts';
import { NO_SUCH_PAGE, NO_SUCH_PERSON } from '$lib/chat/text/error-texts.ts';
import type { Role } from '$lib/chat/people/role.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { memberAction, type Refuse } from '$lib/server/runtime/forms.ts';
import type { Operator } from '$lib/server/moderation/audit.ts';
import type { ActRefusal } from '$lib/server/moderation/target.ts';
import { throttle } from '$lib/server/services.ts';

export const nothingHere = () => error(404, NO_SUCH_PAGE);

export type ActingOperator = Operator & { role: Role };

/** @param refusal the failure's data: the sentence and the typed text */
export const operatorAction = <Data extends object, Done>(
	event: RequestEvent,
	refusal: (error: string) => Data,
	act: (acting: { by: ActingOperator; refused: Refuse<Data, never> }) => Promise<Done>
) =>
	memberAction(
		event,
		{ refusal, noSession: nothingHere, limit: (person) => throttle.operatorAct(person) },
		({ session, refused }) => {
			const { person: id, name, role } = session;
			if (!may({ id, role }, 'operate place', undefined)) nothingHere();
			return act({ by: { id, name, role, address: addressOf(event) }, refused });
		}
	);

export const actRefusals: Record<ActRefusal, { status: number; error: string }> = {
	gone: { status: 404, error: NO_SUCH_PERSON },
	yourself: { status: 409, error: 'You can’t change yourself. Ask another operator.' },
	owner: { status: 403, error: 'First, another owner has to make them an operator.' },
	operator: { status: 403, error: 'Only an owner can do that.' },
	'not-allowed': { status: 403, error: 'You can’t do that.' },
	'last-owner': { status: 409, error: 'This is the last owner. Make someone else an owner first.' },
	blocked: { status: 409, error: 'This person is blocked or deactivated. Unblock or reactivate them first.' },
	role: { status: 422, error: 'Choose a role.' }
};
