/** Listens as everybody, with tokens from before and after their rights ended, while the members go on. */
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { letIn } from '../../src/lib/server/members/private-rooms.ts';
import type { removeMember } from '../../src/lib/server/rooms/removal.ts';
import { readTasks } from '../../src/lib/server/tasks/task-queue.ts';
import { talk, type Frame, type Talker } from '../contract/talker.ts';
import { postForm, sendIds } from '../e2e/person.ts';
import { eventsOn } from '../support/events.ts';
import { CANARY, LATER, NOW_IN_PRIVATE, type Place, type Target } from './place.ts';
import { ticketOf, type Ticket } from './tickets.ts';
import type { Leaks } from './walk.ts';

interface Listener {
	name: string;
	target: Target;
	ticket: Ticket;
	talker: Talker;
}

const SHUT_OUT = ['removed', 'blocked', 'deactivated'];
const LISTENERS = ['insider', 'other', 'guest', 'operator', 'late', ...SHUT_OUT];
const CLOSED_WITHIN = 2_000;
/** A worker looks for tasks every half minute, and a hosted store takes its time. */
const RENEWED_WITHIN = 60_000;

/**
 * @param place afterwards, `removed`, `blocked` and `deactivated` are what their names say
 * @param remove of the sources that are tried
 */
export async function listen(place: Place, remove: typeof removeMember): Promise<Leaks> {
	const { url, store, people, cookies, targets, open } = place;
	const leaks: Leaks = [];
	const rooms = targets.filter(({ address }) => address.startsWith('~'));
	const listeners: Listener[] = [];
	const hear = async (name: string, target: Target, ticket: Ticket) => {
		listeners.push({ name, target, ticket, talker: await talk(socketOf(ticket)) });
	};
	for (const name of LISTENERS) {
		for (const target of rooms) await hear(name, target, await ticketOf(place, name, target.address));
	}
	for (const { target, ticket } of place.early) await hear('other', target, ticket);

	const idOf = (name: string) => people.get(name) ?? '';
	const post = async (name: string, path: string, fields: Record<string, string>, expected = 303) => {
		const answer = await postForm(url + path, fields, { cookie: cookies.get(name) ?? '' });
		if (answer.status !== expected) throw new Error(`${name}: ${path} answered ${answer.status}`);
	};
	/** Frames from before the answers. */
	const before = new Map<Listener, number>();
	/** Before the block, which brings new epochs as well. */
	const goOnAfterRemoval = async ({ id, address }: Target) => {
		const removed = listeners.filter(({ name }) => name === 'removed');
		if (!store.dropsHolders) {
			// What tells of the removal is heard before this, at the same store.
			await post('insider', `/rooms/${open.address}?/send`, { message: 'Seeds', ...sendIds() });
			for (const { talker } of removed) await talker.until((frame) => keyOf(frame) === keys.live(open.id));
		}
		for (const each of removed) before.set(each, each.talker.frames.length);
		const inside = await talk(socketOf(await ticketOf(place, 'insider', address)));
		await post('reactor', `/rooms/${address}?/react`, { n: '1', emoji: '🪺' });
		await inside.until((frame) => keyOf(frame).startsWith(`live:${id}`));
		inside.close();
	};
	await remove(store, { room: rooms[0]?.id ?? '', person: idOf('removed') }, Date.now());
	if (rooms[0]) await goOnAfterRemoval(rooms[0]);
	await post('owner', `/operator/people/${idOf('blocked')}/block`, {});
	await post('owner', `/operator/people/${idOf('deactivated')}/deactivate`, {});
	for (const each of listeners) if (!before.has(each)) before.set(each, each.talker.frames.length);
	// Of a socket that is being closed no frame is on its way any more.
	if (store.dropsHolders) {
		for (const { name, target, talker } of listeners.filter(({ name }) => SHUT_OUT.includes(name))) {
			const code = await Promise.race([talker.closed, later(CLOSED_WITHIN)]);
			if (code !== 1008) leaks.push(`${name}: the socket at ${target.of} is not closed`);
		}
	}

	// Elsewhere, their rooms get new epochs behind the answer.
	const deadline = performance.now() + RENEWED_WITHIN;
	while ((await readTasks(store)).length > 0 && performance.now() < deadline) await later(100);
	// Who stays hears the new epoch.
	for (const name of ['insider', 'late']) {
		for (const target of rooms) await hear(name, target, await ticketOf(place, name, target.address));
	}
	const inside = new Map(listeners.filter(({ name }) => name === 'insider').map((each) => [each.target, each.talker]));
	for (const target of rooms) {
		const { of, address, id } = target;
		const path = `/rooms/${address}`;
		const word = (what: string) => `kestrel${of}old${what}`;
		const acts: [string, string, Record<string, string>][] = [
			['sender', `${path}?/edit`, { n: '1', message: word('lateredit') }],
			['reactor', `${path}?/react`, { n: '2', emoji: '🪶' }],
			['insider', `${path}?/delete`, { n: '5' }],
			['insider', `${path}?/send`, { message: of === 'private' ? LATER : word(LATER), re: '1', ...sendIds() }]
		];
		if (of !== 'direct') acts.push(['insider', `${path}/settings?/describe`, { topic: `kestrel${of}nowlater` }]);
		for (const [name, action, fields] of acts) {
			const talker = inside.get(target);
			const heard = heardOf(talker, id).length;
			await post(name, action, fields);
			await talker?.until(() => heardOf(talker, id).length > heard);
		}
	}
	// What else was said is heard before this, at the same store.
	await post('insider', `/rooms/${open.address}?/send`, { message: 'Crumbs', ...sendIds() });
	for (const { name, talker } of listeners) {
		if (store.dropsHolders && SHUT_OUT.includes(name)) continue;
		await talker.until((frame) => keyOf(frame) === keys.live(open.id));
	}

	for (const listener of listeners) {
		const { name, target, talker } = listener;
		talker.close();
		if (name === 'insider') continue;
		const say = (frame: Frame, what: string) =>
			leaks.push(`${name}: the socket at ${target.of} heard ${what}: ${JSON.stringify(frame).slice(0, 300)}`);
		for (const [at, frame] of talker.frames.entries()) {
			const text = JSON.stringify(frame).toLowerCase();
			const words = (text.match(CANARY) ?? []).filter((each) => !(name === 'late' && each.startsWith(NOW_IN_PRIVATE)));
			for (const word of words) say(frame, `the word ${word}`);
			if (name !== 'late' && text.includes(LATER)) say(frame, LATER);
			const isAfter = at >= (before.get(listener) ?? 0);
			const about = rooms.find(({ id }) => text.includes(id));
			if (!about || (name === 'late' && about.of === 'private')) continue;
			const wasInside = SHUT_OUT.includes(name) && about.of !== 'converted';
			if (!wasInside) say(frame, `of ${about.of}`);
			else if (isAfter && (store.dropsHolders || name === 'removed')) say(frame, 'something after the answer');
			else if (!store.dropsHolders && frame.value !== 1 && frame.value !== '1') say(frame, 'more than a constant');
		}
	}
	const late = { room: rooms[0]?.id ?? '', person: idOf('late') };
	await remove(store, late, Date.now());
	await letIn(store, eventsOn(store), { ...late, by: idOf('insider'), history: 'from now on' }, Date.now());
	if (!store.dropsHolders) return leaks;
	for (const { name, target, ticket } of listeners.filter(({ name }) => SHUT_OUT.includes(name))) {
		const opened = await talk(socketOf(ticket)).catch(() => undefined);
		if (!opened) continue;
		if ((await Promise.race([opened.closed, later(CLOSED_WITHIN)])) === undefined)
			leaks.push(`${name}: a token from before opens a socket at ${target.of}`);
		opened.close();
	}
	return leaks;
}

const later = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));
const socketOf = ({ url, token }: Ticket) => `${url}?token=${encodeURIComponent(token)}`;
const keyOf = ({ key }: Frame) => (typeof key === 'string' ? key : '');
const heardOf = (talker: Talker | undefined, id: string) =>
	talker?.notifications().filter((frame) => keyOf(frame).startsWith(`live:${id}`)) ?? [];
