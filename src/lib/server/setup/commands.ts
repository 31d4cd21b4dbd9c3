/** `npm run parley -- …`: lets the owner of the server restore access where nobody can give it. */
import { RECOVERY_LINK_MS } from '../../chat/limits.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { Audit, type Audited, type Operator } from '../moderation/audit.ts';
import { BY_SERVER, makeSignInLink } from '../credentials/sign-in-links.ts';
import { addOwner, readOwners } from '../people/owners.ts';
import { changeStanding, readPerson, type Known, isShutOut } from '../people/standing.ts';
import { findPerson } from '../people/person-names.ts';

export const USAGE = `npm run parley -- owner NAME          make someone an owner, and unblock or reactivate them
npm run parley -- operator NAME       make someone an operator, and unblock or reactivate them
npm run parley -- signin-link NAME    make a link that signs in as someone, once, within ${RECOVERY_LINK_MS / 3_600_000} hours`;

export interface CommandContext {
	store: Hpkv;
	/** Without a slash at the end. */
	origin: string;
	now: number;
}

interface Command {
	audited: Omit<Audited, 'person'>;
	/** @returns a sentence for the terminal. `unchanged`: the person was all that before */
	perform: (person: Known, context: CommandContext) => Promise<{ said: string; unchanged?: boolean }>;
}

const COMMANDS: Record<string, Command> = {
	owner: {
		audited: { act: 'role', detail: 'owner' },
		perform: async (person, { store }) => {
			const [by = person.id] = await readOwners(store);
			const owners = await addOwner(store, person.id, by);
			if (!owners.has(person.id)) throw new Error('The log of owners is full: no one else can become an owner');
			return { said: `${person.name} is an owner${await letIn(store, person)}.` };
		}
	},

	operator: {
		audited: { act: 'role', detail: 'operator' },
		perform: async (person, { store }) => {
			if ((await readOwners(store)).has(person.id)) {
				const said = `${person.name} is already an owner${await letIn(store, person)}.`;
				return { said, unchanged: !isShutOut(person.standing) };
			}
			await changeStanding(store, person.id, 'role', 'operator');
			return { said: `${person.name} is an operator${await letIn(store, person)}.` };
		}
	},

	'signin-link': {
		audited: { act: 'recovery-link' },
		perform: async (person, { store, origin, now }) => {
			const { id, name, standing } = person;
			const link = `${origin}/signin/${await makeSignInLink(store, id, 'recovery', now, BY_SERVER)}`;
			const note = isShutOut(standing)
				? `\n${name} is ${standing.blocked ? 'blocked' : 'deactivated'}. The link works once they are ${standing.blocked ? 'unblocked' : 'reactivated'}.`
				: '';
			const said = `Give this link to ${name} only. It signs in as them once, within ${RECOVERY_LINK_MS / 3_600_000} hours, and signs them out everywhere else.\n${link}${note}`;
			return { said };
		}
	}
};

/** @returns a sentence for the terminal. @throws Error with a sentence */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<string> {
	const [command = '', ...words] = args;
	const typed = words.join(' ');
	const chosen = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
	if (!chosen || typed === '') throw new Error(USAGE);
	const found = await findPerson(context.store, typed);
	const person = found && (await readPerson(context.store, found.id));
	if (!person) throw new Error(`Nobody here is called "${typed}". Write the name as it appears beside messages`);
	const { store, now } = context;
	const audit = new Audit(store, { clock: () => now, entered: () => undefined, failed: () => undefined });
	const { said } = await audit.during(
		SERVER,
		{ ...chosen.audited, person },
		() => chosen.perform(person, context),
		({ unchanged }) => (unchanged ? 'refused' : 'done')
	);
	return said;
}

const SERVER: Operator = { id: 'server', name: 'A command', address: 'the server' };

/** Nobody else may let in an owner. */
async function letIn(store: Hpkv, { id, standing }: Known): Promise<string> {
	if (standing.blocked) await changeStanding(store, id, 'blocked', false);
	if (standing.deactivated) await changeStanding(store, id, 'deactivated', false);
	return isShutOut(standing) ? ', and can sign in again' : '';
}
