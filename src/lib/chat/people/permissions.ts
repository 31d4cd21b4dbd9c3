/** The table of permissions, without I/O. Permissions that depend on rooms and members are asked through lib/server/rooms/access.ts. */

/** Undefined for a visitor who is not signed in. */
export type Actor = { id: string; operator: boolean } | undefined;

interface Room {
	createdBy: string;
}
interface Message {
	person: string;
}

interface Subjects {
	'read room': Room;
	'write in room': Room;
	/** Rename, describe, archive. */
	'manage room': Room;
	'edit message': Message;
	'delete message': Message;
	/** Block people, archive any room, name operators. */
	'operate place': undefined;
}
export type Act = keyof Subjects;

const RULES: { [A in Act]: (actor: Actor, subject: Subjects[A]) => boolean } = {
	'read room': () => true,
	'write in room': (actor) => actor !== undefined,
	'manage room': (actor, { createdBy }) => actor !== undefined && (actor.operator || actor.id === createdBy),
	'edit message': (actor, { person }) => actor?.id === person,
	'delete message': (actor, { person }) => actor !== undefined && (actor.operator || actor.id === person),
	'operate place': (actor) => actor?.operator === true
};

export const may = <A extends Act>(actor: Actor, act: A, subject: Subjects[A]): boolean => RULES[act](actor, subject);
