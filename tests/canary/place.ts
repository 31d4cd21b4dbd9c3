/** A place with rooms that are not for everybody, and a secret word in each thing that such a room holds. */
import type { Hpkv } from '../../src/hpkv/port.ts';
import type { Role } from '../../src/lib/chat/people/role.ts';
import { MAX_MESSAGE } from '../../src/lib/chat/limits.ts';
import { StoredMessage } from '../../src/lib/chat/messages/message.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { startDirect } from '../../src/lib/server/direct/direct-rooms.ts';
import { addOwner } from '../../src/lib/server/people/owners.ts';
import { join } from '../../src/lib/server/people/people.ts';
import { openSession } from '../../src/lib/server/people/sessions.ts';
import { changeStanding, readStanding } from '../../src/lib/server/people/standing.ts';
import { makePrivate } from '../../src/lib/server/members/conversion.ts';
import { addMember } from '../../src/lib/server/rooms/memberships.ts';
import { createPrivateRoom, letIn } from '../../src/lib/server/members/private-rooms.ts';
import { createRoom, findRoom } from '../../src/lib/server/rooms/rooms.ts';
import { readInstance } from '../../src/lib/server/storage/instance.ts';
import { randomId } from '../../src/lib/server/storage/ids.ts';
import { postForm, sendIds } from '../e2e/person.ts';
import { png } from '../fixtures/pictures.ts';
import { eventsOn } from '../support/events.ts';
import { ticketOf } from './tickets.ts';

/** Each secret word begins with it. What the letters `now` follow is the room as it is, the rest is its history. */
export const CANARY = /kestrel\w*/g;
/** Said after `late` was let in, who hears it, is removed, and is let in again from then on. */
export const LATER = 'finch';
export const NOW_IN_PRIVATE = 'kestrelprivatenow';

/** Inside: who may read the rooms. */
const INSIDE = ['insider', 'sender', 'reactor'] as const;
/** `late` was let in from now on; `removed`, `blocked` and `deactivated` were members until a moment ago. */
export const VISITORS = [
	...['nobody', 'other', 'guest', 'operator', 'owner', 'late', 'removed', 'blocked', 'deactivated']
] as const;

/** A room by what people type to reach it. */
export interface Target {
	of: string;
	/** The part behind `/rooms/`. */
	address: string;
	id: string;
	/** Of a file in its second message, whose name and bytes are secret. */
	file: string;
	/** Of a picture beside it, whose name is secret, as its thumbnail has it. */
	picture: string;
}

export interface Place {
	url: string;
	store: Hpkv;
	people: ReadonlyMap<string, string>;
	/** Cookies of sessions, as `name=value`. */
	cookies: ReadonlyMap<string, string>;
	targets: readonly Target[];
	/** A room that members of the place read. */
	open: Target;
	/** The picture of `insider`, which a stranger and a guest may not see. */
	avatar: string;
	newSession: (name: string) => Promise<string>;
	/** Tokens of `other` for rooms that have become private since. */
	early: readonly { target: Target; ticket: { url: string; token: string } }[];
}

/**
 * @param url of an app that takes files: with a hosted store, it needs a bucket
 * @param store past the app, on the store that it serves
 */
export async function furnish(url: string, store: Hpkv): Promise<Place> {
	const now = Date.now();
	const events = eventsOn(store);
	await store.patch(
		keys.settings,
		JSON.stringify({ name: 'The aviary', joining: 'invite', reading: 'members', chosen: true })
	);
	const instance = await readInstance(store);
	const people = new Map<string, string>();
	const cookies = new Map<string, string>();
	const newSession = async (name: string) => {
		const id = people.get(name) ?? '';
		const { generation } = await readStanding(store, id);
		const device = { browser: 'Test', address: '' };
		return `session-${instance}=${await openSession(store, { id, name, createdAt: now }, { generation, device }, now)}`;
	};
	const names: Record<string, string> = { sender: 'Kestreloldsender', reactor: 'Kestreloldreactor' };
	for (const name of [...INSIDE, ...VISITORS.slice(1)]) {
		const role: Role = name === 'guest' ? 'guest' : 'member';
		const typed = names[name] ?? `Robin ${name}`;
		const joined = await join(store, { id: randomId(), typed, role, placeName: 'The aviary' }, now);
		if (!joined.ok) throw new Error(joined.because);
		const { id } = joined.person;
		people.set(name, id);
		if (name === 'owner') await addOwner(store, id, id);
		if (name === 'operator') await changeStanding(store, id, 'role', 'operator');
		cookies.set(name, await newSession(name));
	}
	const idOf = (name: string) => people.get(name) ?? '';
	const post = async (name: string, path: string, fields: Record<string, string>, expected = 303) => {
		const answer = await postForm(url + path, fields, { cookie: cookies.get(name) ?? '' });
		if (answer.status !== expected) throw new Error(`${name}: ${path} answered ${answer.status}`);
	};

	const sayWithFile = async (name: string, path: string, message: string, file: string, expected = 303) => {
		const form = new FormData();
		for (const [field, value] of Object.entries({ message, ...sendIds() })) form.set(field, value);
		form.set('description', `${file} as described`);
		form.set('files', new Blob([`${file} in its bytes`], { type: 'text/plain' }), `${file}.txt`);
		form.append('files', new Blob([new Uint8Array(png(1_300, 30))], { type: 'image/png' }), `${file}picture.png`);
		const headers = { cookie: cookies.get(name) ?? '', origin: url, accept: 'text/html' };
		const answer = await fetch(`${url}${path}?/send`, { method: 'POST', body: form, headers, redirect: 'manual' });
		if (answer.status !== expected) throw new Error(`${name}: a file in ${path} answered ${answer.status}`);
	};

	const by = idOf('insider');
	// Before the first page: a node of a hosted store reads the pictures of its pages once a minute.
	const avatar = await avatarOf({ url, store }, by, cookies.get('insider') ?? '');
	const opened = await createRoom(store, { typed: 'Sparrow corner', person: by, formId: randomId() }, now);
	const secret = await createPrivateRoom(store, { typed: 'Cage', person: by, formId: randomId() }, now);
	// Others are in it once the first message is sent.
	const others = ['insider', 'reactor', 'blocked', 'deactivated'].map(idOf);
	const direct = await startDirect(store, { by: idOf('sender'), others }, now);
	const changed = await createRoom(store, { typed: 'Heron lake', person: by, formId: randomId() }, now);
	if (!opened.ok || !secret.ok || !direct.ok || !changed.ok) throw new Error('A room could not be made');
	await addMember(store, { person: idOf('guest'), room: opened.room.id, by, id: 'guest' }, now);
	for (const name of ['sender', 'reactor', 'removed', 'blocked', 'deactivated']) {
		await letIn(store, events, { room: secret.room.id, person: idOf(name), by, history: 'all' }, now);
	}
	const members = ['insider', 'sender', 'reactor'].map(idOf);
	const early = await ticketOf({ url, cookies }, 'other', changed.room.slug);
	await makePrivate(store, events, changed.room, { people: members, by, formId: randomId() }, now);

	const rooms: [Target, Target, Target] = [
		{ of: 'private', address: secret.room.slug, id: secret.room.id, file: '', picture: '' },
		{ of: 'direct', address: direct.room.slug, id: direct.room.id, file: '', picture: '' },
		{ of: 'converted', address: `~${changed.room.id}`, id: changed.room.id, file: '', picture: '' }
	];
	for (const target of rooms) {
		const { of, address, id } = target;
		const path = `/rooms/${address}`;
		const say = (name: string, message: string, more: Record<string, string> = {}) =>
			post(name, `${path}?/send`, { message, ...sendIds(), ...more });
		const word = (place: string) => `kestrel${of}old${place}`;
		await say('sender', word('message'));
		await sayWithFile('insider', path, word('before'), word('file'));
		[target.file = '', target.picture = ''] = await filesOf(store, id, 2);
		const thumbnail = `${path}/files/2/${target.picture}/thumbnail/x`;
		// Makes the thumbnail, so that an outsider could get it. Without sharp, its address leads to the original.
		const answer = await fetch(url + thumbnail, {
			headers: { cookie: cookies.get('insider') ?? '' },
			redirect: 'manual'
		});
		if (!/kestrel/.test([...answer.headers].join())) throw new Error(`${thumbnail} answered ${answer.status}`);
		// What is refused is kept as a draft, with its file.
		await sayWithFile('insider', path, word('draft').padEnd(MAX_MESSAGE + 1, 'x'), word('draftfile'), 422);
		await say('insider', word('deleted'));
		await say('insider', `@Kestreloldreactor ${word('mention')}`, { re: '1' });
		await say('insider', word('reply'), { quote: word('quote'), re: '1' });
		await post('insider', `${path}?/edit`, { n: '2', message: word('edit') });
		await post('insider', `${path}?/delete`, { n: '3' });
		await post('reactor', `${path}?/react`, { n: '1', emoji: '🐦' });
		await say('sender', word('preview'));
		if (of === 'direct') continue;
		await post('insider', `${path}/settings?/rename`, { name: `Kestrel${of}nowname` });
		await post('insider', `${path}/settings?/describe`, { topic: `kestrel${of}nowtopic` });
	}
	// Messages and reactions keep the names from before, which nobody outside has seen.
	for (const name of ['sender', 'reactor']) await post(name, '/you?/rename', { name: `Robin ${name}` });
	await letIn(store, events, { room: secret.room.id, person: idOf('late'), by, history: 'from now on' }, now);
	await events.settle();

	const slug = changed.room.slug;
	if ((await findRoom(store, slug))?.id !== changed.room.id) throw new Error('The address from before is gone');
	return {
		...{ url, store, people, cookies, avatar, newSession },
		early: rooms.slice(2).map((target) => ({ target, ticket: early })),
		targets: [...rooms, { ...rooms[2], address: slug }],
		open: { of: 'open', address: opened.room.slug, id: opened.room.id, file: '', picture: '' }
	};
}

/** Sets the picture of a person, and looks at it as they do. */
async function avatarOf({ url, store }: Pick<Place, 'url' | 'store'>, person: string, cookie: string): Promise<string> {
	const body = new FormData();
	body.set('files', new Blob([new Uint8Array(png(60, 60))], { type: 'image/png' }), 'me.png');
	const headers = { cookie, origin: url, accept: 'text/html' };
	const set = await fetch(`${url}/you?/avatar`, { method: 'POST', body, headers, redirect: 'manual' });
	const { avatar } = await readStanding(store, person);
	const { status } = await fetch(`${url}/avatars/${avatar}`, { headers: { cookie } });
	if (!avatar || status !== 200) throw new Error(`A picture was answered by ${set.status}, and is shown by ${status}`);
	return avatar;
}

async function filesOf(store: Hpkv, room: string, n: number): Promise<string[]> {
	const message = StoredMessage.parse(JSON.parse((await store.get(keys.message(room, n))) ?? ''));
	const files = ('id' in message && message.files) || [];
	if (files.length !== 2) throw new Error(`Message ${n} of ${room} has ${files.length} files`);
	return files.map(({ id }) => id);
}
