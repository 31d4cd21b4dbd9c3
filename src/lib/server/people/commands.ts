/** `npm run parley -- …`: lets the owner of the server restore access where no operator is left. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Person } from '../../chat/people/person.ts';
import { claim } from '../storage/claims.ts';
import { findPerson, readStanding, setStanding } from './roles.ts';
import { makeSignIn } from './people.ts';

export const USAGE = `npm run parley -- operator NAME       make somebody an operator; a block of theirs is lifted
npm run parley -- signin-link NAME    make a link that signs in as somebody, for whoever opens it`;

export interface CommandContext {
	store: Hpkv;
	/** Without a slash at the end. */
	origin: string;
	now: number;
}

/** @returns a sentence for the terminal. @throws Error with a sentence */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<string> {
	const [command, ...words] = args;
	const typed = words.join(' ');
	const perform = command === 'operator' ? makeOperator : command === 'signin-link' ? makeSignInLink : undefined;
	if (!perform || typed === '') throw new Error(USAGE);
	const person = await findPerson(context.store, typed);
	if (!person) throw new Error(`Nobody here is called "${typed}": write a name as it is shown beside messages`);
	return perform(person, context);
}

async function makeOperator(person: Person, { store }: CommandContext): Promise<string> {
	await claim(store, keys.firstOperator, { person: person.id });
	const { name = person.name, blocked } = await readStanding(store, person.id);
	await setStanding(store, person.id, { operator: true });
	return `${name} is an operator${blocked ? ', and blocked no more' : ''}.`;
}

async function makeSignInLink(person: Person, { store, origin, now }: CommandContext): Promise<string> {
	const { name = person.name, blocked } = await readStanding(store, person.id);
	const link = `${origin}/signin/${await makeSignIn(store, person.id, now)}`;
	const note = blocked ? `\n${name} is blocked: the link lets nobody in before an operator lifts that.` : '';
	return `Whoever opens this link is signed in as ${name}, reads and writes as they do, any number of times:\n${link}${note}`;
}
