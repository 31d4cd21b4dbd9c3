import type { Hpkv } from '../../../hpkv/port.ts';
import type { SignedIn } from '../../chat/people/person.ts';
import { listPasskeys } from './passkeys.ts';
import { hasPassword } from './passwords.ts';
import { codesLeft } from './recovery-codes.ts';
import { listSignInLinks } from './sign-in-links.ts';

type Person = Pick<SignedIn, 'person'> & Parameters<typeof listSignInLinks>[1];

/** Whether the person can sign in again after this session. */
export async function hasCredential(store: Hpkv, session: Person, now: number): Promise<boolean> {
	const { person } = session;
	const [password, codes, passkeys, links] = await Promise.all([
		hasPassword(store, person),
		codesLeft(store, person),
		listPasskeys(store, person),
		listSignInLinks(store, session, now)
	]);
	return password || (codes ?? 0) > 0 || passkeys.length > 0 || links.length > 0;
}
