/**
 * The only file that knows how a key is spelled. `{room}` and `{person}` are random ids of `[a-z0-9]`, so no key needs
 * escaping; text that a person typed enters a key only as its SHA-256 (`digest`, in hex).
 */

/** HPKV ranges walk upward in byte order, so numbers are padded to one width. */
const padded = (n: number) => String(n).padStart(12, '0');

/** An emoji in hex, `1f44d-1f3fd`: keys are plain. */
const codePoints = (emoji: string) => Array.from(emoji, (point) => (point.codePointAt(0) ?? 0).toString(16)).join('-');

export interface KeyRange {
	start: string;
	/** Included, as HPKV counts. */
	end: string;
}

/**
 * Every key that begins with `prefix`: what follows it is below `~` in all our keys. Where it is called at once it is
 * marked as pure: a page of the browser, which hears five keys and asks for none, then leaves all of `keys` out.
 */
const below = (prefix: string): KeyRange => ({ start: prefix, end: `${prefix}~` });

/** The newest entry of either log of a room: a wake-up for subscribers, never read as truth. */
export const liveRoom = (room: string) => `live:${room}`;
/** Set when the list of rooms changes. */
export const LIVE_ROOMS = 'live:rooms';
/** The newest mark that was set for a person, with its room: a wake-up for all pages they have open. */
export const liveReads = (person: string) => `readlive:${person}`;
/** Set when somebody comes into a room, or goes: who is there now. A wake-up, never read as truth. */
export const liveHere = (room: string) => `here:${room}`;
/** Set when people begin to write: their names. Never read. */
export const liveTyping = (room: string) => `typing:${room}`;

/** What is heard under it may change a list of rooms. Who is in a room, or writes there, does not. */
export const isListNews = (key: string) => /^(read)?live:/.test(key);

export const keys = {
	/** The room as created. Written by whoever finishes its claim. */
	room: (room: string) => `room:${room}`,
	rooms: /* @__PURE__ */ below('room:'),
	/** What has become of the room since: its name, its description, whether it is archived. Merged, by its owner or an operator. */
	roomState: (room: string) => `roomstate:${room}`,
	roomStates: /* @__PURE__ */ below('roomstate:'),
	/** Claims on an address a room has or had; the first token carries the room as created. Appended. */
	slug: (digest: string) => `slug:${digest}`,
	/** Claims on a name a room has or had, and on all names that look alike (server/name-claims.ts). Appended. */
	roomName: (digest: string) => `roomname:${digest}`,
	roomLook: (digest: string) => `roomlook:${digest}`,

	/** How many message numbers a room gave out. Incremented. */
	messageCount: (room: string) => `messages:${room}`,
	messageCounts: /* @__PURE__ */ below('messages:'),
	/** One message, or the void that its number came to. Written by its send. */
	message: (room: string, n: number) => `message:${room}:${padded(n)}`,
	messages: (room: string, from: number, to: number): KeyRange => ({
		start: keys.message(room, from),
		end: keys.message(room, to)
	}),
	/** Claims on one send. Appended. */
	sent: (day: string, room: string, person: string, sendId: string) => `sent:${day}:${room}:${person}:${sendId}`,
	/** The claims of all days before `day`. */
	sentBefore: (day: string): KeyRange => ({ start: 'sent:', end: `sent:${day}` }),

	/** How many change numbers a room gave out. Incremented. */
	changeCount: (room: string) => `changes:${room}`,
	/** One thing that happened to a message after it was sent. */
	change: (room: string, m: number) => `change:${room}:${padded(m)}`,
	changes: (room: string, from: number, to: number): KeyRange => ({
		start: keys.change(room, from),
		end: keys.change(room, to)
	}),

	/**
	 * What happened to a message, filed under it, so that a page needs no scan of the change log. The mark of a deletion is
	 * read by everybody who has just written text of the message: it wins.
	 */
	markDeleted: (room: string, n: number) => `mark:${room}:${padded(n)}:delete`,
	/** Change `m` gave message `n` another text; the highest `m` counts. */
	markEdited: (room: string, n: number, m: number) => `mark:${room}:${padded(n)}:edit:${padded(m)}`,
	edits: (room: string, n: number) => below(`mark:${room}:${padded(n)}:edit:`),
	/** Whom message `n` mentions. Set by its send and its edits; gone with its text. */
	markMentions: (room: string, n: number) => `mark:${room}:${padded(n)}:mentions`,
	/** What a person thinks of message `n`, in one emoji. Appended. */
	markReacted: (room: string, n: number, person: string, emoji: string) =>
		`mark:${room}:${padded(n)}:react:${person}:${codePoints(emoji)}`,
	/** Everybody's reactions to message `n`. */
	reactions: (room: string, n: number) => below(`mark:${room}:${padded(n)}:react:`),
	marks: (room: string, from: number, to: number): KeyRange => ({
		start: `mark:${room}:${padded(from)}:`,
		end: `mark:${room}:${padded(to)}:~`
	}),

	live: liveRoom,
	liveRooms: LIVE_ROOMS,
	liveReads,
	liveHere,
	liveTyping,
	/** A page of a person's that is being looked at, and until when it counts. Set by its beats. */
	here: (room: string, person: string, tab: string) => `here:${room}:${person}:${tab}`,
	leases: (room: string) => below(`here:${room}:`),

	/** The room list's preview of the newest message. */
	last: (room: string) => `last:${room}`,
	lasts: /* @__PURE__ */ below('last:'),

	/** The last number that a person has read in a room. The one key where the last writer wins. */
	read: (person: string, room: string) => `read:${person}:${room}`,
	reads: (person: string) => below(`read:${person}:`),
	/** Message `n` mentions this person. Written by its send; swept some time after it was read. */
	mention: (person: string, room: string, n: number) => `mention:${person}:${room}:${padded(n)}`,
	mentionsIn: (person: string, room: string) => below(`mention:${person}:${room}:`),
	mentionsOf: (person: string) => below(`mention:${person}:`),
	mentions: /* @__PURE__ */ below('mention:'),

	person: (person: string) => `person:${person}`,
	/** What has become of a person since: operator, blocked (set by operators), another name (set by themselves). Merged. */
	standing: (person: string) => `standing:${person}`,
	/** Claims on a name a person has or had; the first token carries the person. Appended. */
	name: (digest: string) => `name:${digest}`,
	names: /* @__PURE__ */ below('name:'),
	/** Claims on all names that look alike (server/name-claims.ts). Appended. */
	nameLook: (digest: string) => `namelook:${digest}`,
	/** Set once the names that were claimed before there were claims on looks are filed there. */
	namesFiled: 'namesfiled',
	session: (digest: string) => `session:${digest}`,
	signIn: (digest: string) => `signin:${digest}`,

	/** Claims on being the first operator. Appended. */
	firstOperator: 'operator',
	/** A link that makes the first operator, by the digest of its secret. */
	operatorLink: (digest: string) => `operatorlink:${digest}`,

	/** What tells this chat's cookies from those of another on the same host. Claimed at the first start. */
	instance: 'instance',
	/** Written by the health check. */
	health: 'health'
};

/** A mention's key, taken apart. */
export function readMentionKey(key: string): { person: string; room: string; n: number } {
	const [, person = '', room = '', n] = key.split(':');
	return { person, room, n: Number(n) };
}

/** The room at the end of the key of a mark of reading. */
export const roomOfRead = (key: string) => key.slice(key.lastIndexOf(':') + 1);

/** The id at the end of a key of the form `kind:{id}`. */
export const idOf = (key: string) => key.slice(key.indexOf(':') + 1);

/** A mark's key, taken apart. */
export type MarkKey =
	| { n: number; kind: 'deleted' }
	| { n: number; kind: 'edited'; m: number }
	| { n: number; kind: 'mentions' }
	| { n: number; kind: 'reacted'; person: string; emoji: string };

export function readMarkKey(key: string): MarkKey | undefined {
	const [, , n, kind, first = '', second = ''] = key.split(':');
	switch (kind) {
		case 'delete':
			return { n: Number(n), kind: 'deleted' };
		case 'edit':
			return { n: Number(n), kind: 'edited', m: Number(first) };
		case 'mentions':
			return { n: Number(n), kind: 'mentions' };
		case 'react': {
			const emoji = String.fromCodePoint(...second.split('-').map((point) => parseInt(point, 16)));
			return { n: Number(n), kind: 'reacted', person: first, emoji };
		}
	}
	return undefined;
}
