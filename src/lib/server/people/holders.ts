/** The names by which the store knows who holds a subscribe token, so that it can drop a person or one session. */
import { idFrom } from '../storage/ids.ts';

const ofPerson = (person: string) => idFrom(`person ${person}`);
const ofSession = (sessionDigest: string) => idFrom(`session ${sessionDigest}`);

export const personHolder = ofPerson;
export const sessionHolder = ofSession;

/** The person first: the bound on open sockets counts for the first holder. */
export const holdersOf = (person: string, sessionDigest: string | undefined): string[] => [
	ofPerson(person),
	...(sessionDigest === undefined ? [] : [ofSession(sessionDigest)])
];
