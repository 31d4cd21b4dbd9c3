import { expect, test } from 'vitest';
import { may, type Act, type Actor } from './permissions.ts';

const ACTORS: Record<string, Actor> = {
	nobody: undefined,
	ada: { id: 'ada', operator: false },
	grace: { id: 'grace', operator: false },
	edith: { id: 'edith', operator: true }
};

/** Who may act on a room that Ada created or a message that she wrote. */
const ALLOWED: Record<Act, string[]> = {
	'read room': ['nobody', 'ada', 'grace', 'edith'],
	'write in room': ['ada', 'grace', 'edith'],
	'manage room': ['ada', 'edith'],
	'edit message': ['ada'],
	'delete message': ['ada', 'edith'],
	'operate place': ['edith']
};
const subject = { createdBy: 'ada', person: 'ada' };

test.each(Object.entries(ALLOWED))('who may %s', (act, allowed) => {
	const those = Object.keys(ACTORS).filter((name) => may(ACTORS[name], act as Act, subject as never));
	expect(those).toEqual(allowed);
});
