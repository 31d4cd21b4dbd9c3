/** The table of permissions, without I/O. Permissions that depend on rooms and members are asked through lib/server/rooms/access.ts. */
import type { Place } from '../place/place.ts';
import type { RoomKind } from '../rooms/kind.ts';
import type { Role } from './role.ts';

/** Undefined for a visitor who is not signed in. */
export type Actor = { id: string; role: Role } | undefined;

interface Room {
	/** By default, open. */
	kind?: RoomKind;
	createdBy: string;
	/** Whether the actor is a member of the room. In an open room asked only for guests, who may see no other rooms. */
	isMember?: boolean;
	reading: Place['reading'];
}
interface Message {
	person: string;
	/** Whether it is a direct message: operators have no power over it. */
	isDirect?: boolean;
}
interface Person {
	id: string;
	role: Role;
}

interface Subjects {
	/** See the list of rooms. A guest sees only some of them. */
	'read place': Pick<Place, 'reading'>;
	'read room': Room;
	'write in room': Room;
	/** Rename, describe, archive; in a private room also add and remove members, and make it open. */
	'manage room': Pick<Room, 'kind' | 'createdBy' | 'isMember'>;
	'make room private': Pick<Room, 'kind' | 'createdBy'>;
	/** From outside, on the operator's pages: see a room's name, members and dates, archive it, remove people, enter it. */
	'oversee room': Pick<Room, 'kind'>;
	/** Write `@everyone` and `@here`. */
	'mention everyone': Pick<Room, 'kind' | 'createdBy' | 'isMember'>;
	'leave room': Pick<Room, 'kind' | 'isMember'>;
	'create room': Pick<Place, 'createRooms'>;
	'edit message': Message;
	'delete message': Message;
	'report message': undefined;
	/** Begin a conversation. Guests answer in those that others have begun with them. */
	'begin direct messages': undefined;
	'list people': undefined;
	'invite people': Pick<Place, 'invites'>;
	/** See and revoke an invitation, by its maker. */
	'revoke invitation': { by: string };
	/** The operator's pages: rooms, reports, the log, the settings of the place. */
	'operate place': undefined;
	/** Block, unblock, deactivate, make a recovery link, delete messages. */
	'moderate person': Person;
	'set role': Person;
	'name owner': Person;
}
export type Act = keyof Subjects;

const operates = (actor: Actor) => actor?.role === 'owner' || actor?.role === 'operator';
/** A guest has no part in the place, only in rooms. */
const belongs = (actor: Actor) => actor !== undefined && actor.role !== 'guest';

const reads = (actor: Actor, { kind = 'open', reading, isMember }: Room) =>
	(actor !== undefined && isMember === true) || (kind === 'open' && (reading === 'everyone' || belongs(actor)));
const writes = (actor: Actor, { kind = 'open', isMember }: Room) =>
	actor !== undefined && (isMember === true || (kind === 'open' && belongs(actor)));
/** The creator or an operator; nobody has power in a private room but as a member, nor in direct messages. */
const manages = (actor: Actor, { kind = 'open', createdBy, isMember }: Pick<Room, 'kind' | 'createdBy' | 'isMember'>) =>
	(operates(actor) || (belongs(actor) && actor?.id === createdBy)) &&
	(kind === 'open' || (kind === 'private' && isMember === true));

const RULES: { [A in Act]: (actor: Actor, subject: Subjects[A]) => boolean } = {
	'read place': (actor, { reading }) => reading === 'everyone' || actor !== undefined,
	'read room': reads,
	'write in room': writes,
	'manage room': manages,
	'mention everyone': manages,
	'make room private': (actor, { kind = 'open', createdBy }) => kind === 'open' && manages(actor, { kind, createdBy }),
	'oversee room': (actor, { kind }) => operates(actor) && kind === 'private',
	'leave room': (actor, { kind, isMember }) => actor !== undefined && kind === 'private' && isMember === true,
	'create room': (actor, { createRooms }) => operates(actor) || (belongs(actor) && createRooms === 'members'),
	'edit message': (actor, { person }) => actor?.id === person,
	'delete message': (actor, { person, isDirect = false }) => actor?.id === person || (operates(actor) && !isDirect),
	'report message': (actor) => actor !== undefined,
	'begin direct messages': belongs,
	'list people': belongs,
	'invite people': (actor, { invites }) => operates(actor) || (belongs(actor) && invites === 'members'),
	'revoke invitation': (actor, { by }) => operates(actor) || (belongs(actor) && actor?.id === by),
	'operate place': operates,
	'moderate person': (actor, { id, role }) =>
		operates(actor) &&
		actor?.id !== id &&
		(role === 'member' || role === 'guest' || (role === 'operator' && actor?.role === 'owner')),
	'set role': (actor, { id, role }) =>
		actor?.role === 'owner' ||
		(actor?.role === 'operator' && actor.id !== id && (role === 'member' || role === 'guest')),
	'name owner': (actor) => actor?.role === 'owner'
};

/** Guests of a place for its members see no list of people, so no pictures. Not in the table, which pages load: no browser asks for it. */
export const seesAvatar = (actor: Actor, { person, reading }: { person: string; reading: Place['reading'] }): boolean =>
	reading === 'everyone' || belongs(actor) || actor?.id === person;

export const may = <A extends Act>(actor: Actor, act: A, subject: Subjects[A]): boolean => RULES[act](actor, subject);
