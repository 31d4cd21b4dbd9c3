import {
	MAX_FILES,
	MAX_INVITED_ROOMS,
	MAX_ABOUT,
	MAX_DIRECT_PEOPLE,
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
import { draftRefusals } from './draft-refusals.ts';

export const UNKNOWN_CHOICE = 'That isn’t a choice here. Choose one below.';

export const messageRefusals = {
	...draftRefusals,
	'more-people':
		'More people can read this room than when you wrote this. Nothing was sent, and your text is still here: send it again if they may read it.',
	closed: 'You can’t write to this person: they have blocked your messages. Your text is still here.',
	'closed-by-you': 'You have blocked this person. Unblock them to write to them.',
	'other-text': 'Something went out of step. Your text is still here: press Send again.',
	'not-answerable':
		'The message you’re replying to isn’t in this room. Your text is still here: send it without the reply.',
	'file-gone': 'A file is gone. Your text is still here: attach the file again.',
	'file-used': 'A file is in another message already. Your text is still here: attach the file again.',
	'too-many-files': `A message can have up to ${MAX_FILES} files. Your text is still here: remove some.`,
	'old-page': 'This page has been open too long. Your text is still here: press Send again.'
} as const;

export const recipientRefusals = {
	empty: 'Enter a name.',
	'too-many-people': `Direct messages are for up to ${MAX_DIRECT_PEOPLE} people, you included. For more, create a private room.`,
	'no-such-person': (typed: string) => `Nobody is called ${typed}.`,
	'several-people': (typed: string, names: readonly string[]) =>
		`Several people match ${typed}: ${names.join(' · ')}. Enter the whole name.`,
	closed: (name: string) => `You can’t write to ${name}: they have blocked your messages.`,
	'closed-by-you': (name: string) => `You have blocked ${name}. Unblock them to write to them.`
} as const;
export const NO_DIRECT_BY_GUESTS = 'Guests can’t begin direct messages. They can answer the messages that they get.';

export const shareRefusals = {
	/** @param again whether Continue was pressed. @param lost whether there were files */
	'sign-in': (again: boolean, lost: boolean) =>
		(again ? 'You are still signed out. ' : '') +
		'Press Sign in: it opens another tab. Then come back and press Continue; your text stays here.' +
		(lost ? ' The files were not kept: share them again afterwards.' : ''),
	'files-lost': 'The files couldn’t be kept while you signed in. Share them again.'
} as const;

/** On the sign-in page that such a share comes to. */
export const shareWaits = {
	text: 'The text that you shared waits: sign in to send it.',
	files: 'Files can’t wait: share them again when you are signed in.'
} as const;

export const closedNotices = {
	closed: (name: string) => `${name} has blocked your messages. You can read this conversation but not post.`,
	'closed-by-you': (name: string) => `You have blocked ${name}. Unblock to write here.`
} as const;

/** Parley's pages never post such a form. */
export const FORM_DAMAGED = 'Something is wrong with this form. Reload the page and try again.';
export const FORM_TOO_LONG = 'That is too long. Make it shorter and send it again.';

export const NO_EMOJI = 'Pick an emoji, or type a name like :rocket:.';

export const changeRefusals = {
	gone: 'This message doesn’t exist.',
	deleted: 'This message was deleted.',
	'not-yours': 'This isn’t your message.',
	empty: 'Write something first, or delete the message.',
	'too-long': draftRefusals['too-long'],
	'too-many-bytes': 'That is too long to store. Make it shorter.',
	'too-often': 'This message has been changed too many times. You can’t change it again.',
	'no-emoji': NO_EMOJI,
	'too-many-kinds': `This message already has ${MAX_REACTION_KINDS} different reactions. Add to one of them.`,
	'too-many-reactions': 'This message can’t take more reactions.',
	'no-session': 'You’ve been signed out. Sign in in another tab, then try again here. Nothing you typed is lost.',
	damaged: FORM_DAMAGED
} as const;

const UNASSIGNED = 'That name has a character that this server doesn’t know. Choose another name.';

export const personNameRefusals: Record<NameRefusal | 'taken' | 'too-alike' | 'reserved', string> = {
	empty: 'Enter a name.',
	'too-long': `That name is too long. Use up to ${MAX_PERSON_NAME} characters.`,
	unprintable: 'That name has invisible characters. Type it again.',
	unassigned: UNASSIGNED,
	'mixed-scripts': 'Use letters from one alphabet. Mixed ones can look like another person’s name.',
	'no-letters': 'A name needs a letter or a digit.',
	taken: 'That name is taken. Is it yours? Sign in instead.',
	'too-alike': 'No more names like that one can be taken. Choose a different name.',
	reserved: 'That name is reserved. Choose another.'
};

export const roomNameRefusals: Record<NameRefusal, string> = {
	empty: 'Enter a name for the room.',
	'too-long': `That name is too long. Use up to ${MAX_ROOM_NAME} characters.`,
	unprintable: 'That name has invisible characters. Type it again.',
	unassigned: UNASSIGNED,
	'mixed-scripts': 'Use letters from one alphabet. Mixed ones can look like another room’s name.',
	'no-letters': 'A room’s name needs a letter, a digit or an emoji.'
};

export const placeNameRefusals: Record<Exclude<NameRefusal, 'mixed-scripts' | 'unassigned'>, string> = {
	empty: 'Enter a name for this place.',
	'too-long': `That name is too long. Use up to ${MAX_PLACE_NAME} characters.`,
	unprintable: 'That name has invisible characters. Type it again.',
	'no-letters': 'A name needs a letter or a digit.'
};

const ARCHIVED = ' It is archived.';

export const takenRoom = (name: string, archived = false) =>
	`There is already a room called ${name}.${archived ? ARCHIVED : ''}`;

/** A renamed room keeps its old address and thereby its old name. */
export const keptRoom = (name: string, archived = false) =>
	`That name belonged to ${name} before.${archived ? ARCHIVED : ''} Choose another.`;

export const LONG_TOPIC = `That description is too long. Use up to ${MAX_ROOM_TOPIC} characters.`;

export const profileRefusals = {
	'too-long': `That is too long. Use up to ${MAX_ABOUT} characters.`,
	'no-zone': 'Choose a time zone from the list.'
} as const;

export const quietHoursRefusals = {
	'no-time': 'Enter both times, such as 22:00 and 07:00.',
	same: 'Choose two different times.'
} as const;

export const NO_SUCH_PAGE = 'Page not found. Check the address.';
export const NO_SUCH_PERSON = 'This person doesn’t exist.';
export const TOO_MANY_STARS = `You can star ${MAX_STARS} rooms. Unstar one first.`;
export const NO_NEW_ROOMS = 'Only operators can create rooms here.';
export const NO_SUCH_FILE = 'This file was deleted, or there never was one.';
export const NO_SUCH_ROOM = 'This room doesn’t exist.';
export const NOT_ALL_HISTORY =
	'You came in later and can’t read everything in this room, so you can’t open it to everyone.';
export const NOT_YOURS = 'Only the room’s creator or an operator can change this.';

export const tooFast = (seconds: number) => `That was too fast. Try again in ${duration(seconds)}.`;

/** People behind one address need not know of each other. */
export const tooManyRequests = (seconds: number) =>
	`Too many requests from your network. Try again in ${duration(seconds)}.`;

/** Rounded up, so that the next try succeeds. */
export const duration = (seconds: number) =>
	seconds === 1 ? 'a second' : seconds <= 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;

export const passwordRefusals = {
	'too-short': `That password is too short. Use at least ${MIN_PASSWORD} characters.`,
	'too-long': `That password is too long. Use up to ${MAX_PASSWORD} characters.`
} as const;

/** The same for an unknown name: who has a name here is nobody else's business. */
export const signInRefusals = {
	password: 'Wrong name or password.',
	code: 'Wrong name or recovery code, or the code was already used.',
	passkey: 'That passkey doesn’t work here. Sign in another way.',
	blocked: 'You can’t sign in right now. Ask an operator.',
	'current-password': 'That isn’t your current password.'
} as const;

export const passkeyRefusals = {
	insecure: 'Passkeys need an address that starts with https://.',
	'ip-address': 'Passkeys need an address with a name, not an IP address.',
	'not-verified': 'That passkey couldn’t be added. Try again.',
	'too-many': `You already have ${MAX_PASSKEYS} passkeys. Remove one first.`
} as const;

export const NO_INVITATION_LINK = 'That isn’t an invitation link of this place. Paste the whole link.';

export const tooManySignIns = (seconds: number) => `Too many people are signing in. Try again in ${duration(seconds)}.`;
export const tooManyGuesses = (seconds: number) => `Too many tries. Try again in ${duration(seconds)}.`;

export const NOBODY_NEW = 'You need an invitation to join.';
export const NOBODY_AT_ALL = 'Nobody new can join right now, even with an invitation.';
/** The same for an unknown link, so that nobody learns which links there were. */
export const NO_INVITATION =
	'This invitation doesn’t work. It has expired, was used up or revoked, or you copied only part of its link.';
export const invitationRefusals = {
	'no-room': 'Tick at least one room. A guest sees only these rooms.',
	'too-many-rooms': `Tick at most ${MAX_INVITED_ROOMS} rooms.`,
	'too-many-open': `You already have ${MAX_OPEN_INVITATIONS} open invitations. Revoke one first.`
} as const;
export const NOT_AN_INVITER = 'You can’t invite people. Ask an operator.';
export const SIGN_IN_FIRST = 'You aren’t signed in. Sign in, then try again.';

export const STORE_AWAY =
	'Parley can’t load or save anything right now. Nothing you typed is lost. Try again in a moment.';

export const TOO_MANY_SOCKETS =
	'Too many pages are open. This one updates every half minute. Close others to get live updates.';

/** With files, or of a stranger. */
export const FORM_TOO_LARGE = 'This is too large to send.';
export const STILL_TYPED = 'Go back. What you typed is still there.';
export const STILL_SHARED = 'It is still in the app that you shared it from.';
