import {
	MAX_INVITED_ROOMS,
	MAX_ABOUT,
	MAX_MESSAGE,
	MAX_OPEN_INVITATIONS,
	MAX_PASSKEYS,
	MAX_PASSWORD,
	MAX_PERSON_NAME,
	MAX_PLACE_NAME,
	MAX_REACTION_KINDS,
	MAX_ROOM_NAME,
	MAX_ROOM_TOPIC,
	MAX_STARS,
	MIN_PASSWORD
} from '../limits.ts';
import type { NameRefusal } from '../people/name.ts';

/** Sentences that a page shows by itself; the others stay on the server, so that a browser does not load them. */
export const draftRefusals = {
	empty: 'Write something first.',
	'too-long': `That is too long: a message has at most ${MAX_MESSAGE.toLocaleString('en')} characters.`,
	'too-many-bytes': 'That is too long to store: shorten it.',
	archived: 'This room is archived: it can be read, and no longer written in.',
	'no-session': 'You are not signed in any more. Join again, and your text is still here.'
} as const;

export const messageRefusals = {
	...draftRefusals,
	'other-text': 'This form had sent another text already. Your text is still here: press Send again.',
	'not-answerable':
		'The message that you reply to is not in this room. Your text is still here: send it without the reply.',
	'old-page': 'This page was opened too long ago. Your text is still here: press Send again.'
} as const;

/** Parley's pages never post such a form. */
export const FORM_DAMAGED = 'This form is damaged. Open the page again.';
export const FORM_TOO_LONG = 'That is too long: make it shorter and send it again.';

export const NO_EMOJI = 'Choose one emoji.';

export const changeRefusals = {
	gone: 'There is no such message.',
	deleted: 'This message was deleted.',
	'not-yours': 'That is somebody else’s message.',
	empty: 'Write something first, or delete the message.',
	'too-long': draftRefusals['too-long'],
	'too-many-bytes': 'That is too long to store: shorten it.',
	'too-often': 'That was changed so often that it cannot be changed any more.',
	'no-emoji': NO_EMOJI,
	'too-many-kinds': `This message has ${MAX_REACTION_KINDS} different reactions, and no room for another: add to one of these.`,
	'too-many-reactions': 'This message has as many reactions as it can hold.',
	'no-session':
		'You are not signed in any more. Sign in in another tab, then try again here: nothing you typed is lost.',
	damaged: FORM_DAMAGED
} as const;

export const personNameRefusals: Record<NameRefusal | 'taken' | 'reserved', string> = {
	empty: 'Enter a name.',
	'too-long': `That name is too long: at most ${MAX_PERSON_NAME} characters.`,
	unprintable: 'That name has characters that cannot be seen.',
	'mixed-scripts': 'That name mixes letters of different scripts, which can look like somebody else.',
	'no-letters': 'A name needs a letter or a digit.',
	taken: 'That name is taken. If it is yours, sign in instead.',
	reserved: 'That name is kept for the place itself. Choose another.'
};

export const roomNameRefusals: Record<NameRefusal, string> = {
	empty: 'Enter a name for the room.',
	'too-long': `That name is too long: at most ${MAX_ROOM_NAME} characters.`,
	unprintable: 'That name has characters that cannot be seen.',
	'mixed-scripts': 'That name mixes letters of different scripts.',
	'no-letters': 'A room’s name needs a letter, a digit or an emoji.'
};

export const placeNameRefusals: Record<Exclude<NameRefusal, 'mixed-scripts'>, string> = {
	empty: 'Enter a name for this place.',
	'too-long': `That name is too long: at most ${MAX_PLACE_NAME} characters.`,
	unprintable: 'That name has characters that cannot be seen.',
	'no-letters': 'The name of a place needs a letter or a digit.'
};

const ARCHIVED = ' It is archived.';

export const takenRoom = (name: string, archived = false) =>
	`There is already a room of that name: ${name}.${archived ? ARCHIVED : ''}`;

/** A renamed room keeps its old address and thereby its old name. */
export const keptRoom = (name: string, archived = false) =>
	`That was the name of another room, which keeps it: it is called ${name} now.${archived ? ARCHIVED : ''}`;

export const LONG_TOPIC = `That description is too long: at most ${MAX_ROOM_TOPIC} characters.`;

export const profileRefusals = {
	'too-long': `That is too long: at most ${MAX_ABOUT} characters.`,
	'no-zone': 'Choose a time zone from the list.'
} as const;

export const NO_SUCH_PERSON = 'There is nobody here by that address.';
export const TOO_MANY_STARS = `You can star ${MAX_STARS} rooms. Unstar one first.`;
export const NO_NEW_ROOMS = 'Only operators can create rooms here.';
export const NO_SUCH_ROOM = 'There is no room of that name.';
export const NOT_YOURS = 'Only whoever created this room, or an operator, may change it.';

export const tooFast = (seconds: number) => `That was too fast. Try again in ${duration(seconds)}.`;

/** People behind one address need not know of each other. */
export const tooManyRequests = (seconds: number) =>
	`Your network asks Parley for more than it may. Try again in ${duration(seconds)}.`;

/** Rounded up, so that the next try succeeds. */
const duration = (seconds: number) =>
	seconds === 1 ? 'a second' : seconds <= 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;

export const passwordRefusals = {
	'too-short': `That password is too short: at least ${MIN_PASSWORD} characters.`,
	'too-long': `That password is too long: at most ${MAX_PASSWORD} characters.`
} as const;

/** The same for an unknown name: who has a name here is nobody else's business. */
export const signInRefusals = {
	password: 'That name and password do not go together.',
	code: 'That name and recovery code do not go together, or the code was used before.',
	passkey: 'That passkey is not known here. Sign in another way.',
	blocked: 'You cannot sign in here now. Ask an operator of this place.',
	'current-password': 'That is not your current password.'
} as const;

export const passkeyRefusals = {
	insecure: 'Passkeys need an address that begins with https://.',
	'ip-address': 'Passkeys need an address with a name: browsers make none for an IP address.',
	'not-verified': 'That passkey could not be added. Try again.',
	'too-many': `You have as many passkeys as one person may have: ${MAX_PASSKEYS}. Remove one first.`
} as const;

export const NO_INVITATION_LINK = 'That is no invitation link of this place. Paste the whole link.';

export const tooManySignIns = (seconds: number) =>
	`Too many people sign in just now. Try again in ${duration(seconds)}.`;
export const tooManyGuesses = (seconds: number) => `That was tried too often. Try again in ${duration(seconds)}.`;

export const NOBODY_NEW = 'Nobody new can join here without an invitation.';
export const NOBODY_AT_ALL = 'Nobody new can join here at present, not even by invitation.';
/** The same for an unknown link, so that nobody learns which links there were. */
export const NO_INVITATION =
	'This invitation lets nobody in: it has expired, was used up or revoked, or its link was not copied whole.';
export const invitationRefusals = {
	'no-room': 'Tick at least one room: a guest sees only the rooms of the invitation.',
	'too-many-rooms': `Those are too many rooms: tick at most ${MAX_INVITED_ROOMS}.`,
	'too-many-open': `You have ${MAX_OPEN_INVITATIONS} invitations that are open. Revoke one of them first.`
} as const;
export const NOT_AN_INVITER = 'You may not invite people any more. Ask an operator.';
export const SIGN_IN_FIRST = 'You are not signed in. Sign in first, then try again.';

export const STORE_AWAY = 'Parley cannot reach its store just now. Nothing you typed is lost: try again in a moment.';

export const TOO_MANY_SOCKETS =
	'Too many pages are open here: this one shows what is new every half a minute. Close some of the others.';
