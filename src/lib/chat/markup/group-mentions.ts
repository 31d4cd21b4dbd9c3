/** `@everyone` and `@here`, which stand in mentions like people: no person's id begins with `*`, and nobody can take these names. */
import type { Mentioned } from '../messages/message.ts';
import { mentions } from './mention.ts';

export const EVERYONE: Mentioned = { person: '*everyone', name: 'everyone' };
/** Those who have a page open at that moment. */
export const HERE: Mentioned = { person: '*here', name: 'here' };
export const GROUPS: readonly Mentioned[] = [EVERYONE, HERE];

export const isGroup = ({ person }: Pick<Mentioned, 'person'>): boolean => person.startsWith('*');

export const hasGroup = (text: string): boolean => GROUPS.some(({ name }) => mentions(text, name));

export const mentionsMe = (
	{ message, mentions: resolved }: { message: string; mentions?: readonly Mentioned[] },
	me: { id: string; name: string }
): boolean =>
	resolved
		? resolved.some((mentioned) => mentioned.person === me.id || isGroup(mentioned))
		: mentions(message, me.name) || hasGroup(message);
