/** The only file that spells keys. Ids are `[a-z0-9]` and need no escaping; what people typed enters a key only as its SHA-256 (hex). */

/** HPKV ranges ascend in byte order, so numbers are padded to one width. */
const padded = (n: number) => String(n).padStart(12, '0');

/** An emoji as hex code points, `1f44d-1f3fd`: keys are ASCII. */
const codePoints = (emoji: string) => Array.from(emoji, (point) => (point.codePointAt(0) ?? 0).toString(16)).join('-');

export interface KeyRange {
	start: string;
	/** Inclusive, as in HPKV. */
	end: string;
}

export type CredentialKind = 'password' | 'passkey' | 'recovery' | 'link';

/** Thirteen digits that descend with time. */
const reversed = (time: number) => String(9_999_999_999_999 - time).padStart(13, '0');

/** Every key that begins with `prefix`; ours continue below `~`. Top-level calls are marked pure, so that a browser drops `keys`. */
const below = (prefix: string): KeyRange => ({ start: prefix, end: `${prefix}~` });

/** Keys of rooms created open. Ids of private rooms begin with `0`, of direct rooms with `1` (rooms/kind.ts): these ranges meet neither. */
const ofOpenRooms = (prefix: string): KeyRange => ({ start: `${prefix}2`, end: `${prefix}~` });

/** The newest entry of either log. Live event. A private or direct room has an epoch: a token from before a removal hears no more. */
export const liveRoom = (room: string, epoch?: string) => ofEpoch(`live:${room}`, epoch);
const ofEpoch = (key: string, epoch?: string) => (epoch === undefined ? key : `${key}:${epoch}`);
/** Set when the list of rooms changes. Live event. */
export const LIVE_ROOMS = 'live:rooms';
/** The newest read mark of a person, with its room: wakes all open pages of the person. Live event. */
export const liveReads = (person: string) => `readlive:${person}`;
/** Set when a private room or a direct message enters or leaves the list of a person. Live event. */
export const liveList = (person: string) => `list:${person}`;
/** The people present in a room; set when a person enters or leaves. Live event. With an epoch, outside the range of leases. */
export const liveHere = (room: string, epoch?: string) =>
	epoch === undefined ? `here:${room}` : `herelive:${room}:${epoch}`;
/** Whether this is a key of `liveHere`, and no lease. */
export const isCompany = (key: string) => /^(here:[^:]+|herelive:.+)$/.test(key);
/** Names of the people who begin to type. Live event. */
export const liveTyping = (room: string, epoch?: string) =>
	epoch === undefined ? `typing:${room}` : `typinglive:${room}:${epoch}`;

/** What a live event is about, whatever the room's epoch: its `log`, who is `here`, who is `typing`. Undefined for another room. */
export function liveAbout(key: string, room: string): string | undefined {
	const [kind = '', id] = key.split(':');
	return id === room ? kind.replace('live', '') || 'log' : undefined;
}

/** Whether a live event of this key may change the list of rooms; presence and typing do not. */
export const isListEvent = (key: string) => /^((read)?live|list):/.test(key);

/** Whether browsers or other nodes hear of this key. Of a shared database these alone enter the table of changes: most writes do not. */
export const isHeard = (key: string) =>
	/^((read|here|typing)?live|list|typing|room|roomstate|messages|last|opened|person|standing|task):|^here:[^:]+$|^(settings|access)$/.test(
		key
	);

export const keys = {
	/** The room as created. Written by any process that finishes its claim. */
	room: (room: string) => `room:${room}`,
	rooms: /* @__PURE__ */ ofOpenRooms('room:'),
	/** Rooms that were created private. */
	privateRooms: /* @__PURE__ */ below('room:0'),
	privateRoomStates: /* @__PURE__ */ below('roomstate:0'),
	/** Present where a room that was created private is open now. Set before it is opened. */
	opened: (room: string) => `opened:${room}`,
	openedRooms: /* @__PURE__ */ below('opened:'),
	/** Later changes of the room: name, description, archived, kind, epoch, revoked memberships. Merged. */
	roomState: (room: string) => `roomstate:${room}`,
	roomStates: /* @__PURE__ */ ofOpenRooms('roomstate:'),
	/** Claims on a present or past address of a room; the first token carries the room as created. Appended. */
	slug: (digest: string) => `slug:${digest}`,
	/** Claims on a present or past room name and its look-alikes (lib/server/names/name-claims.ts). Appended. */
	roomName: (digest: string) => `roomname:${digest}`,
	roomLook: (digest: string) => `roomlook:${digest}`,

	/** Message numbers given out in a room. Incremented. */
	messageCount: (room: string) => `messages:${room}`,
	messageCounts: /* @__PURE__ */ ofOpenRooms('messages:'),
	/** One message or void. Set by its send. */
	message: (room: string, n: number) => `message:${room}:${padded(n)}`,
	messages: (room: string, from: number, to: number): KeyRange => ({
		start: keys.message(room, from),
		end: keys.message(room, to)
	}),
	messagesFrom: (room: string, from: number): KeyRange => ({
		start: keys.message(room, from),
		end: `message:${room}:~`
	}),
	/** Claims on one send. Appended. */
	sent: (day: string, room: string, person: string, sendId: string) => `sent:${day}:${room}:${person}:${sendId}`,
	sentBefore: (day: string): KeyRange => ({ start: 'sent:', end: `sent:${day}` }),

	/** Change numbers given out in a room. Incremented. */
	changeCount: (room: string) => `changes:${room}`,
	changeCounts: /* @__PURE__ */ ofOpenRooms('changes:'),
	change: (room: string, m: number) => `change:${room}:${padded(m)}`,
	changes: (room: string, from: number, to: number): KeyRange => ({
		start: keys.change(room, from),
		end: keys.change(room, to)
	}),

	/** Annotations of a message. Every writer of its text reads the deletion mark afterwards: the deletion wins. */
	markDeleted: (room: string, n: number) => `mark:${room}:${padded(n)}:delete`,
	/** Change `m` replaced the text of message `n`; the highest `m` counts. */
	markEdited: (room: string, n: number, m: number) => `mark:${room}:${padded(n)}:edit:${padded(m)}`,
	edits: (room: string, n: number) => below(`mark:${room}:${padded(n)}:edit:`),
	/** Whether message `n` is deleted, and its edits. */
	textMarks: (room: string, n: number): KeyRange => ({
		start: keys.markDeleted(room, n),
		end: keys.edits(room, n).end
	}),
	/** The people whom message `n` mentions. Set by its send and its edits; removed with its text. */
	markMentions: (room: string, n: number) => `mark:${room}:${padded(n)}:mentions`,
	/** A person's reaction to message `n` with one emoji. Appended. */
	markReacted: (room: string, n: number, person: string, emoji: string) =>
		`mark:${room}:${padded(n)}:react:${person}:${codePoints(emoji)}`,
	reactions: (room: string, n: number) => below(`mark:${room}:${padded(n)}:react:`),
	/** Change `m` says what happened in the room behind message `n`. Set. */
	markLine: (room: string, n: number, m: number) => `mark:${room}:${padded(n)}:line:${padded(m)}`,
	lines: (room: string, n: number) => below(`mark:${room}:${padded(n)}:line:`),
	marks: (room: string, from: number, to: number): KeyRange => ({
		start: `mark:${room}:${padded(from)}:`,
		end: `mark:${room}:${padded(to)}:~`
	}),

	/** What is known of a file. Set when its bytes are stored. */
	file: (file: string) => `file:${file}`,
	files: /* @__PURE__ */ below('file:'),
	/** Claims on being a file's thumbnail: a blob and its size, or that there is none. Appended; the first has won. */
	thumbnail: (file: string) => `thumbnail:${file}`,
	thumbnails: /* @__PURE__ */ below('thumbnail:'),
	/** Claims on a file: by the one message that it is attached to, by being an avatar or the logo, or by the sweep. Appended. */
	fileUse: (file: string) => `fileuse:${file}`,
	fileUses: /* @__PURE__ */ below('fileuse:'),
	/** When a sweep first met bytes without a record (milliseconds since 1970). Set. */
	strayBlob: (blob: string) => `strayblob:${blob}`,
	strayBlobs: /* @__PURE__ */ below('strayblob:'),
	/** The files of message `n`, for the room's page of files, newest first. Set before the message. */
	roomFiles: (room: string, n: number) => `roomfiles:${room}:${padded(999_999_999_999 - n)}`,
	/** Those of messages below `n`. */
	roomFilesBelow: (room: string, n: number): KeyRange => ({
		start: keys.roomFiles(room, n - 1),
		end: `roomfiles:${room}:~`
	}),
	/** Bytes that a person has uploaded on a day. Incremented. */
	uploaded: (day: string, person: string) => `uploaded:${day}:${person}`,
	uploadedBefore: (day: string): KeyRange => ({ start: 'uploaded:', end: `uploaded:${day}` }),

	live: liveRoom,
	liveRooms: LIVE_ROOMS,
	liveReads,
	liveList,
	liveHere,
	liveTyping,
	/** The lease of a viewed page of a person: the time until which it counts. Set by its beats. */
	here: (room: string, person: string, tab: string) => `here:${room}:${person}:${tab}`,
	leases: (room: string) => below(`here:${room}:`),

	/** The preview of the newest message. */
	last: (room: string) => `last:${room}`,
	lasts: /* @__PURE__ */ ofOpenRooms('last:'),

	/** The read mark of a person in a room. The last writer wins; it is the only such key that is no copy of other records. */
	read: (person: string, room: string) => `read:${person}:${room}`,
	reads: (person: string) => below(`read:${person}:`),
	/** The rooms that a person has starred. Merged, one room at a time. */
	stars: (person: string) => `stars:${person}`,
	/** Message `n` mentions this person. Set by its send; swept some time after it is read. */
	mention: (person: string, room: string, n: number) => `mention:${person}:${room}:${padded(n)}`,
	mentionsIn: (person: string, room: string) => below(`mention:${person}:${room}:`),
	mentionsOf: (person: string) => below(`mention:${person}:`),
	mentions: /* @__PURE__ */ below('mention:'),
	/** The people whom `@here` in message `n` has told. Set by its send; removed with its text. */
	toldHere: (room: string, n: number) => `toldhere:${room}:${padded(n)}`,

	/** The settings of the place. Merged. */
	settings: 'settings',
	/** The format of the records (lib/server/storage/format.ts). Appended by the first start (`;2`), set by a migration (`2`). */
	format: 'format',
	/** Claims on whether the store was new when this version first opened it. Appended. */
	origin: 'origin',
	/** The log of who became and ceased to be an owner (lib/server/people/owners.ts). Appended. */
	owners: 'owners',
	/** Claims on the set-up of the place; the first token carries what its steps need. Appended. */
	setup: 'setup',
	/** A set-up link, by the digest of its secret. */
	setupLink: (digest: string) => `setuplink:${digest}`,

	/** A person as they joined. Set last of the records of a join: a person without one has not joined. */
	person: (person: string) => `person:${person}`,
	people: /* @__PURE__ */ below('person:'),
	/** People by the beginning of their id. */
	peopleLike: (beginning: string) => below(`person:${beginning}`),
	/** Role, block, generation of the sessions, present name and profile of a person. Merged, one field at a time. */
	standing: (person: string) => `standing:${person}`,
	standings: /* @__PURE__ */ below('standing:'),
	/** The times at which a person entered and left a room: the truth. Merged. */
	memberOf: (person: string, room: string) => `memberof:${person}:${room}`,
	membershipsOf: (person: string) => below(`memberof:${person}:`),
	/** A copy of `memberOf` under its room, merged before it: for the list of members, which is compared with the truth. */
	member: (room: string, person: string) => `member:${room}:${person}`,
	membersOf: (room: string) => below(`member:${room}:`),
	/** The key by which ids of direct rooms are made of their people. Claimed when it is first needed. Appended. */
	directKey: 'directkey',
	/** The newest message of a direct room, for the list of one of its people. Set for each of them. */
	directRow: (person: string, room: string) => `dm:${person}:${room}`,
	directRows: (person: string) => below(`dm:${person}:`),
	/** The level, the mute and the hiding that a person has chosen for a room. Merged, by the person. */
	level: (person: string, room: string) => `level:${person}:${room}`,
	levels: (person: string) => below(`level:${person}:`),
	/** Claims on present or past names of people that may look alike (lib/server/names/one-log.ts). Appended. */
	nameClaims: (digest: string, part: number) => `nameclaims:${digest}:${part}`,
	nameClaimParts: (digest: string) => below(`nameclaims:${digest}:`),
	/** The same in stores of the first format, by the spelling; the first token carries the person. Appended. */
	name: (digest: string) => `name:${digest}`,
	names: /* @__PURE__ */ below('name:'),
	/** Claims on look-alikes (lib/server/names/name-claims.ts). Appended. */
	nameLook: (digest: string) => `namelook:${digest}`,
	/** Set once names from before look-alike claims are filed under `nameLook`. */
	namesFiled: 'namesfiled',
	/** A session, by the digest of its cookie. Set once; the hour of its last use is merged. */
	session: (digest: string) => `session:${digest}`,
	sessions: /* @__PURE__ */ below('session:'),
	/** The device of a session, for the person's list. Merged before the session is set. */
	sessionOf: (person: string, digest: string) => `sessions:${person}:${digest}`,
	sessionsOf: (person: string) => below(`sessions:${person}:`),
	/** A sign-in link, by the digest of its secret. Set once. */
	signIn: (digest: string) => `signin:${digest}`,
	signIns: /* @__PURE__ */ below('signin:'),
	/** A password, a passkey, recovery codes or a sign-in link of a person. Set by the person. */
	credential: (person: string, kind: CredentialKind, id: string) => `credential:${person}:${kind}:${id}`,
	credentials: (person: string, kind: CredentialKind) => below(`credential:${person}:${kind}:`),
	/** The key by which challenges of passkeys are signed. Claimed when it is first needed. Appended. */
	challengeKey: 'challengekey',
	/** Claims on the use of a secret that is good for one use. Appended. */
	used: (digest: string) => `used:${digest}`,
	/** Set once sessions and sign-in links of the version before are filed under their people. */
	credentialsFiled: 'credentialsfiled',

	/** The holder whose rights were ended last, as a wake-up for all nodes. Set. */
	access: 'access',

	/** An invitation. Set once. */
	invitation: (id: string) => `invite:${id}`,
	/** The uses of an invitation and its end. Appended. */
	invitationUses: (id: string) => `inviteuse:${id}`,
	/** The invitations of a person and of everybody, newest first. Set before the invitation. */
	invitationBy: (person: string, time: number, id: string) => `inviteby:${person}:${reversed(time)}:${id}`,
	invitationsBy: (person: string, from: number): KeyRange => ({
		start: `inviteby:${person}:${reversed(from)}`,
		end: `inviteby:${person}:~`
	}),
	invitationAt: (time: number, id: string) => `inviteat:${reversed(time)}:${id}`,
	invitationsAt: (from: number): KeyRange => ({ start: `inviteat:${reversed(from)}`, end: 'inviteat:~' }),

	/**
	 * What an operator asks to do, newest first: `reversed` is 9,999,999,999,999 minus the time in milliseconds. Set once; its
	 * outcome is a record of its own, right behind it.
	 */
	audit: (time: number, id: string) => `audit:${reversed(time)}:${id}`,
	auditOutcome: (time: number, id: string) => `audit:${reversed(time)}:${id}:outcome`,
	audits: /* @__PURE__ */ below('audit:'),
	/** Older than the entry of this key, with its outcome. */
	auditsBelow: (key: string): KeyRange => ({ start: `${key}:~`, end: 'audit:~' }),
	auditsBefore: (time: number): KeyRange => ({ start: `audit:${reversed(time)}`, end: 'audit:~' }),
	/** A reported message, newest first. Set once; its end is merged. */
	report: (time: number, id: string) => `report:${reversed(time)}:${id}`,
	reports: /* @__PURE__ */ below('report:'),
	reportsBelow: (key: string): KeyRange => ({ start: `${key}~`, end: 'report:~' }),
	reportsBefore: (time: number): KeyRange => ({ start: `report:${reversed(time)}`, end: 'report:~' }),
	/** Claims on a person's one report of a message; the first token says when. Appended. */
	reported: (room: string, n: number, person: string) => `reported:${room}:${padded(n)}:${person}`,
	/** A task, by the time (milliseconds) at which it is due: its body and leases. Appended. */
	task: (due: number, id: string) => `task:${String(due).padStart(13, '0')}:${id}`,
	tasks: /* @__PURE__ */ below('task:'),
	/** A task that was given up. Set. */
	deadTask: (id: string) => `dead:${id}`,
	deadTasks: /* @__PURE__ */ below('dead:'),

	/** How many nodes wanted to sweep in this hour (of 1970): the first one does. Incremented. */
	sweep: (hour: number) => `sweep:${String(hour).padStart(8, '0')}`,
	sweepsBefore: (hour: number): KeyRange => ({ start: 'sweep:', end: keys.sweep(hour - 1) }),

	/** Claims on being the first operator, by the version before the set-up. */
	firstOperator: 'operator',

	/** What keys of new blobs begin with, where that is not the instance. Set when a store is copied or restored. */
	blobPrefix: 'blobprefix',
	/** The instance. Claimed at the first start. */
	instance: 'instance',
	/** Written by the health check. */
	health: 'health'
};

export function readMentionKey(key: string): { person: string; room: string; n: number } {
	const [, person = '', room = '', n] = key.split(':');
	return { person, room, n: Number(n) };
}

export function readTaskKey(key: string): { due: number; id: string } {
	const [, due, id = ''] = key.split(':');
	return { due: Number(due), id };
}

/** The room and the part of its row in a list that a key holds. */
export function readRowKey(
	key: string
): { room: string; part: 'room' | 'state' | 'count' | 'last' | 'opened' } | undefined {
	const [, kind = '', room] = /^(room|roomstate|messages|last|opened):([^:]+)$/.exec(key) ?? [];
	if (room === undefined) return undefined;
	const parts = { room: 'room', roomstate: 'state', messages: 'count', last: 'last', opened: 'opened' } as const;
	return { room, part: parts[kind as keyof typeof parts] };
}

export const roomOfMembership = (key: string) => key.slice(key.lastIndexOf(':') + 1);

export const personOfMember = (key: string) => key.slice(key.lastIndexOf(':') + 1);

export const roomOfRead = (key: string) => key.slice(key.lastIndexOf(':') + 1);

/** The last part of a key that lists something of a person. */
export const idOfListed = (key: string) => key.slice(key.lastIndexOf(':') + 1);

/** The id and the time of `invitationBy` and `invitationAt`. */
export function readInvitationKey(key: string): { id: string; time: number } {
	const [id = '', time] = key.split(':').reverse();
	return { id, time: 9_999_999_999_999 - Number(time) };
}

/** The id of a key `kind:{id}` or `kind:{id}:{epoch}`. */
export const idOf = (key: string) => key.split(':', 2)[1] ?? '';

export type MarkKey =
	| { n: number; kind: 'deleted' }
	| { n: number; kind: 'edited'; m: number }
	| { n: number; kind: 'line'; m: number }
	| { n: number; kind: 'mentions' }
	| { n: number; kind: 'reacted'; person: string; emoji: string };

export function readMarkKey(key: string): MarkKey | undefined {
	const [, , n, kind, first = '', second = ''] = key.split(':');
	switch (kind) {
		case 'delete':
			return { n: Number(n), kind: 'deleted' };
		case 'edit':
			return { n: Number(n), kind: 'edited', m: Number(first) };
		case 'line':
			return { n: Number(n), kind: 'line', m: Number(first) };
		case 'mentions':
			return { n: Number(n), kind: 'mentions' };
		case 'react': {
			const emoji = String.fromCodePoint(...second.split('-').map((point) => parseInt(point, 16)));
			return { n: Number(n), kind: 'reacted', person: first, emoji };
		}
	}
	return undefined;
}
