/** The table of permissions, without I/O. Permissions that depend on rooms and members are asked through lib/server/rooms/access.ts. */
import type { Place } from '../place/place.ts';
import type { Role } from './role.ts';

/** Undefined for a visitor who is not signed in. */
export type Actor = { id: string; role: Role } | undefined;

interface Room {
	createdBy: string;
	/** Whether the actor is a member of the room. Asked only for guests, who may see no other rooms. */
	isMember?: boolean;
	reading: Place['reading'];
}
interface Message {
	person: string;
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
	/** Rename, describe, archive. */
	'manage room': Pick<Room, 'createdBy'>;
	'create room': Pick<Place, 'createRooms'>;
	'edit message': Message;
	'delete message': Message;
	'report message': undefined;
	/** See the people of the place and their profiles. */
	'list people': undefined;
	'invite people': Pick<Place, 'invites'>;
	/** See and revoke an invitation, by its maker. */
	'revoke invitation': { by: string };
	/** The operator's pages: rooms, reports, the log, the settings of the place. */
	'operate place': undefined;
	/** Block, unblock, deactivate, make a recovery link, delete messages. */
	'moderate person': Person;
	/** Give the person another role. */
	'set role': Person;
	/** Make somebody an owner. */
	'name owner': Person;
}
export type Act = keyof Subjects;

const operates = (actor: Actor) => actor?.role === 'owner' || actor?.role === 'operator';
/** A guest has no part in the place, only in rooms. */
const belongs = (actor: Actor) => actor !== undefined && actor.role !== 'guest';

const reads = (actor: Actor, { reading, isMember }: Room) =>
	reading === 'everyone' || belongs(actor) || (actor !== undefined && isMember === true);
const writes = (actor: Actor, { isMember }: Room) => belongs(actor) || (actor !== undefined && isMember === true);

const RULES: { [A in Act]: (actor: Actor, subject: Subjects[A]) => boolean } = {
	'read place': (actor, { reading }) => reading === 'everyone' || actor !== undefined,
	'read room': reads,
	'write in room': writes,
	'manage room': (actor, { createdBy }) => operates(actor) || (belongs(actor) && actor?.id === createdBy),
	'create room': (actor, { createRooms }) => operates(actor) || (belongs(actor) && createRooms === 'members'),
	'edit message': (actor, { person }) => actor?.id === person,
	'delete message': (actor, { person }) => operates(actor) || actor?.id === person,
	'report message': (actor) => actor !== undefined,
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

export const may = <A extends Act>(actor: Actor, act: A, subject: Subjects[A]): boolean => RULES[act](actor, subject);
