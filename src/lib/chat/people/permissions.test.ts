import { expect, test } from 'vitest';
import { may, type Act, type Actor } from './permissions.ts';

const ACTORS: Record<string, Actor> = {
	nobody: undefined,
	ada: { id: 'ada', role: 'member' },
	grace: { id: 'grace', role: 'member' },
	guest: { id: 'gus', role: 'guest' },
	edith: { id: 'edith', role: 'operator' },
	olga: { id: 'olga', role: 'owner' }
};

const allowed = (act: Act, subject: object) =>
	Object.keys(ACTORS).filter((name) => may(ACTORS[name], act, subject as never));

/** Who may act on a room that Ada created, a message that she wrote, and Ada, at a place that is for its members. */
const ALLOWED: Record<Act, string[]> = {
	'read place': ['ada', 'grace', 'guest', 'edith', 'olga'],
	'read room': ['ada', 'grace', 'edith', 'olga'],
	'write in room': ['ada', 'grace', 'edith', 'olga'],
	'manage room': ['ada', 'edith', 'olga'],
	'mention everyone': ['ada', 'edith', 'olga'],
	'make room private': ['ada', 'edith', 'olga'],
	'oversee room': [],
	'leave room': [],
	'create room': ['ada', 'grace', 'edith', 'olga'],
	'edit message': ['ada'],
	'delete message': ['ada', 'edith', 'olga'],
	'begin direct messages': ['ada', 'grace', 'edith', 'olga'],
	'report message': ['ada', 'grace', 'guest', 'edith', 'olga'],
	'list people': ['ada', 'grace', 'edith', 'olga'],
	'invite people': ['ada', 'grace', 'edith', 'olga'],
	'revoke invitation': ['ada', 'edith', 'olga'],
	'operate place': ['edith', 'olga'],
	'moderate person': ['edith', 'olga'],
	'set role': ['edith', 'olga'],
	'name owner': ['olga']
};
const subject = {
	...{ createdBy: 'ada', person: 'ada', by: 'ada', id: 'ada', role: 'member' },
	...{ reading: 'members', createRooms: 'members', invites: 'members' }
};

test.each(Object.entries(ALLOWED))('who may %s', (act, those) => {
	expect(allowed(act as Act, subject)).toEqual(those);
});

test('where everybody may read, a visitor reads the list and the rooms and does nothing else', () => {
	const open = { ...subject, reading: 'everyone' };
	const acts = (Object.keys(ALLOWED) as Act[]).filter((act) => may(undefined, act, open as never));
	expect(acts).toEqual(['read place', 'read room']);
});

test('a guest reads and writes in the rooms that they are a member of, and manages none', () => {
	const room = { ...subject, createdBy: 'gus', isMember: true };
	expect(allowed('read room', room)).toContain('guest');
	expect(allowed('write in room', room)).toContain('guest');
	expect(allowed('manage room', room)).not.toContain('guest');
});

test('rooms and invitations can be left to operators', () => {
	const strict = { ...subject, createRooms: 'operators', invites: 'operators' };
	for (const act of ['create room', 'invite people'] as const) expect(allowed(act, strict)).toEqual(['edith', 'olga']);
});

test('operators moderate members and guests, owners operators too, and nobody an owner or themselves', () => {
	const of = (id: string, role: string) => allowed('moderate person', { id, role });
	expect(of('gus', 'guest')).toEqual(['edith', 'olga']);
	expect(of('emil', 'operator')).toEqual(['olga']);
	expect(of('edith', 'operator')).toEqual(['olga']);
	expect(of('otto', 'owner')).toEqual([]);
});

test('only owners change the role of operators and owners', () => {
	expect(allowed('set role', { id: 'emil', role: 'operator' })).toEqual(['olga']);
	expect(allowed('set role', { id: 'olga', role: 'owner' })).toEqual(['olga']);
});

const ACTS_OF_ROOMS = [
	'read room',
	'write in room',
	'manage room',
	'mention everyone',
	'make room private',
	'oversee room',
	'leave room'
] as const;
const allowedIn = (room: object) => Object.fromEntries(ACTS_OF_ROOMS.map((act) => [act, allowed(act, room)]));

test('a private room is its members’: its creator and operators manage it only as members, operators oversee it', () => {
	const room = { ...subject, kind: 'private', reading: 'everyone' };
	const nobody = {
		...{ 'read room': [], 'write in room': [], 'manage room': [], 'mention everyone': [] },
		...{ 'make room private': [], 'leave room': [] }
	};
	expect(allowedIn(room)).toEqual({ ...nobody, 'oversee room': ['edith', 'olga'] });
	const everybody = ['ada', 'grace', 'guest', 'edith', 'olga'];
	expect(allowedIn({ ...room, isMember: true })).toEqual({
		...{ 'read room': everybody, 'write in room': everybody, 'leave room': everybody },
		...{ 'manage room': ['ada', 'edith', 'olga'], 'mention everyone': ['ada', 'edith', 'olga'] },
		...{ 'make room private': [], 'oversee room': ['edith', 'olga'] }
	});
});

test('nobody has power in direct messages', () => {
	const room = { ...subject, kind: 'direct', reading: 'everyone', isMember: true };
	const everybody = ['ada', 'grace', 'guest', 'edith', 'olga'];
	const none = {
		...{ 'manage room': [], 'mention everyone': [], 'make room private': [] },
		...{ 'oversee room': [], 'leave room': [] }
	};
	expect(allowedIn(room)).toEqual({ 'read room': everybody, 'write in room': everybody, ...none });
	expect(allowedIn({ ...room, isMember: false })).toEqual({ 'read room': [], 'write in room': [], ...none });
	expect(allowed('delete message', { ...subject, isDirect: true })).toEqual(['ada']);
});
