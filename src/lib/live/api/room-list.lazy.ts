/** Requests about rooms and people that few pages make: loaded with the first. */
import { resolve } from '$app/paths';
import type { RoomsThen } from '../rooms/RoomListSync.svelte.ts';
import { postForm } from './form-post.ts';
import { loadJson } from './load-json.ts';

/** As many rooms as a search by name covers. */
export const fetchRooms = () => loadJson<RoomsThen>(resolve('/rooms.json'));

/** Resolves to the refusal. The list is asked for afterwards. */
export async function starRoom(slug: string, starred: boolean): Promise<string | undefined> {
	const answer = await postForm(`${resolve('/')}?/star`, { room: slug, act: starred ? 'star' : 'unstar' }, 'star');
	if (answer.kind === 'success') return undefined;
	return (answer.kind === 'refusal' && answer.sentence) || 'Can’t save that. Check your connection.';
}

export const findPeople = async (typed: string) =>
	(
		await loadJson<{ people: { id: string; name: string }[] }>(
			`${resolve('/people.json')}?q=${encodeURIComponent(typed)}`
		)
	).people;
