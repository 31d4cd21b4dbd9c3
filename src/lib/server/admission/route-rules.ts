/**
 * Who may ask for which route. SvelteKit's layouts guard no form action or endpoint, so this table is asked before every
 * request; a route without a row answers 404. Rights in a room are asked by the route, through rooms/access.ts.
 */
import { may, type Actor } from '../../chat/people/permissions.ts';
import type { Place } from '../../chat/place/place.ts';

interface Asking {
	actor: Actor;
	place: Place;
}

/** `sign in`: a visitor who has not signed in is asked to. `hidden`: answers 404, as if there were no such page. */
export type Admission = 'admitted' | 'sign in' | 'hidden';
type Rule = (asking: Asking) => Admission;

/** Pages by which people come in. They show the place's name and welcome line, and what their secret link opens. */
const anybody: Rule = () => 'admitted';
/** People who may read the place. Form actions of these routes check the session themselves, and return the typed text. */
const readers: Rule = ({ actor, place }) => (may(actor, 'read place', place) ? 'admitted' : 'sign in');
const people: Rule = ({ actor }) => (actor ? 'admitted' : 'sign in');
const members: Rule = ({ actor }) =>
	!actor ? 'sign in' : may(actor, 'list people', undefined) ? 'admitted' : 'hidden';
const inviters: Rule = ({ actor, place }) =>
	!actor ? 'sign in' : may(actor, 'invite people', place) ? 'admitted' : 'hidden';
const operators: Rule = ({ actor }) =>
	!actor ? 'sign in' : may(actor, 'operate place', undefined) ? 'admitted' : 'hidden';

const RULES: Record<string, Rule> = {
	'/healthz': anybody,
	'/readyz': anybody,
	'/not-found/[...path]': anybody,
	'/up': anybody,
	'/help': anybody,
	'/help/look': anybody,
	'/setup/[token]': anybody,
	'/join/[secret]': anybody,
	// Which pictures, they ask themselves: the logo is for everybody.
	'/avatars.css': anybody,
	'/avatars/[id]': anybody,
	'/signin': anybody,
	// Answers a form without a session by itself, so that what was shared is kept.
	'/share': anybody,
	'/signin/[token]': anybody,

	'/': readers,
	'/rooms.json': readers,
	'/search': readers,
	// /new/room, /you and members need a session and are `readers` all the same: their forms answer without one, and keep what was typed.
	'/new/room': readers,
	'/new/message': readers,
	'/people.json': members,
	'/rooms/[slug]': readers,
	'/rooms/[slug]/[n]': readers,
	'/rooms/[slug]/messages': readers,
	'/rooms/[slug]/since': readers,
	'/rooms/[slug]/here': readers,
	'/rooms/[slug]/people.json': people,
	'/rooms/[slug]/read': readers,
	'/rooms/[slug]/files': readers,
	'/rooms/[slug]/files/[n]/[id]/[name]': readers,
	'/rooms/[slug]/files/[n]/[id]/thumbnail/[name]': readers,
	'/rooms/[slug]/settings': readers,
	'/rooms/[slug]/private-room': readers,
	'/rooms/[slug]/notifications': people,
	'/rooms/[slug]/members': readers,
	'/rooms/[slug]/[n]/report': people,
	'/watch': readers,

	'/you': readers,
	'/you/sign-in': people,
	'/people': members,
	'/people/[id]': members,
	'/people/invitations': inviters,
	'/operator': operators,
	'/operator/place': operators,
	'/operator/people': operators,
	'/operator/people/[id]/[act]': operators,
	'/operator/rooms': operators,
	'/operator/private-rooms': operators,
	'/operator/private-rooms/[id]': operators,
	'/operator/reports': operators,
	'/operator/log': operators,
	'/operator/log/export': operators,
	'/operator/status': operators
};

export const admission = (route: string, asking: Asking): Admission =>
	Object.hasOwn(RULES, route) ? (RULES[route]?.(asking) ?? 'hidden') : 'hidden';

/** For the test that compares the table with the routes. */
export const ruledRoutes = Object.keys(RULES);
