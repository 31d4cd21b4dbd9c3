/** Asks as everybody who is not in the rooms, in every way, and says what is told to them. */
import { randomId } from '../../src/lib/server/storage/ids.ts';
import { askings, steady, type Answer, type Asked } from './asking.ts';
import { CANARY, LATER, NOW_IN_PRIVATE, VISITORS, type Place, type Target } from './place.ts';
import { routes, type Route } from './routes.ts';

/** A sentence for each thing that somebody was told who may not know it. */
export type Leaks = string[];

export interface Walked {
	leaks: Leaks;
	/** Answers that were compared, without those that only said to wait. */
	asked: number;
}

/** @param visitors who ask */
export async function walk(place: Place, visitors: readonly string[] = VISITORS): Promise<Walked> {
	// Forms that end a session come last.
	const ordered = [...routes].sort((a, b) => Number(a.id.startsWith('/you')) - Number(b.id.startsWith('/you')));
	const walks = await Promise.all(visitors.map((name) => walkAs(place, name, ordered)));
	return { leaks: walks.flatMap(({ leaks }) => leaks), asked: walks.reduce((sum, { asked }) => sum + asked, 0) };
}

const isOfOperators = ({ id }: Route) => id.startsWith('/operator');
/** Beside dates, what operators see of a private room, on their own pages alone. */
const NAME_OF_ROOM = /^kestrel(private|converted)nowname$/;
const hasRoom = ({ id }: Route) => /^\/rooms\/\[/.test(id);
const operates = (name: string) => name === 'operator' || name === 'owner';

/** The same in shape, and in no store. */
const nowhere = ({ of, address }: Target): Target => {
	const none =
		(of === 'private' ? '0' : of === 'direct' ? '1' : '') + randomId().slice(0, of === 'converted' ? 26 : 25);
	const isAddress = address.startsWith('~');
	return {
		of,
		id: none,
		file: randomId(),
		picture: randomId(),
		address: isAddress ? `~${none}` : `${address.slice(0, -4)}pond`
	};
};

async function walkAs(place: Place, name: string, all: readonly Route[]): Promise<Walked> {
	const { url, cookies, people } = place;
	const known = { insider: people.get('insider') ?? '', avatar: place.avatar };
	const seesAvatars = isSignedIn(name) && name !== 'guest';
	const leaks = new Set<string>();
	let asked = 0;
	const say = (asking: Asked, what: string) => leaks.add(`${name}: ${asking.what}: ${what}`);
	const cookie = cookies.get(name);
	const ask = async (asking: Asked, told?: RegExp): Promise<Answer> => {
		// Some forms end the session.
		const answer = await asking.ask(isAboutMe(asking) && isSignedIn(name) ? await place.newSession(name) : cookie);
		if (answer.status >= 500) say(asking, `it failed: ${answer.text.slice(0, 200)}`);
		if (!seesAvatars && answer.text.includes(`avatars/${place.avatar})`)) say(asking, 'the address of a picture');
		for (const word of wordsIn(answer, name)) if (!told?.test(word)) say(asking, `the word ${word}`);
		return answer;
	};
	// Forms come last: some end what the visitor may read, such as Leave room.
	const rounds = [false, true].flatMap((forms) => all.map((route) => ({ route, forms })));
	for (const { route, forms } of rounds) {
		const isOwn = operates(name) && isOfOperators(route);
		const told = isOwn ? NAME_OF_ROOM : undefined;
		/** How questions about rooms that do not exist were answered. */
		const none = new Map<string, string>();
		const once = isOwn ? place.targets.slice(0, 2) : place.targets.slice(0, 1);
		for (const target of hasRoom(route) ? place.targets : once) {
			const nothing = nowhere(target);
			const controls = askings(url, route, nothing, { ...known, avatar: randomId() });
			for (const [at, asking] of askings(url, route, target, known).entries()) {
				if (asking.isForm !== forms) continue;
				// Operators only look: what they can do there would change the place for the others.
				if (isOwn && asking.isForm) continue;
				const control = controls[at];
				if (!control) throw new Error(`${asking.what} has no counterpart`);
				const answer = await ask(asking, told);
				if (!isLimited(answer)) asked++;
				// Operators know of private rooms; the figures of the store change by themselves.
				if (isOwn && (target.of !== 'direct' || route.id === '/operator/status')) continue;
				if (name === 'late' && target.of === 'private') continue;
				if (seesAvatars && route.id === '/avatars/[id]') continue;
				// A form about oneself is posted once, and a few forms can be posted only a few times an hour.
				if (isAboutMe(asking) || isLimited(answer)) continue;
				const given = steady(answer, target, target.address);
				const like = `${at} ${target.address.startsWith('~')}`;
				if (given === none.get(like)) continue;
				const first = await ask(control, told);
				if (isLimited(first)) continue;
				let expected = steady(first, nothing, nothing.address);
				none.set(like, expected);
				if (given !== expected && asking.isForm) {
					// Some forms answer another thing when they are posted again.
					const second = await ask(control, told);
					if (isLimited(second)) continue;
					expected = steady(second, nothing, nothing.address);
				}
				if (given !== expected)
					say(asking, `is not answered as where there is no room: ${difference(given, expected)}`);
			}
		}
	}
	return { leaks: [...leaks], asked };
}

const isAboutMe = ({ what, isForm }: Asked) => isForm && what.startsWith('POST /you');
const isLimited = ({ text }: Answer) => text.includes('\nretry-after: ');
const isSignedIn = (name: string) => !['nobody', 'blocked', 'deactivated'].includes(name);

export const wordsIn = ({ text }: Pick<Answer, 'text'>, name: string): string[] => {
	const told = text.toLowerCase();
	const words = new Set([...(told.match(CANARY) ?? []), ...(told.includes(LATER) ? [LATER] : [])]);
	return [...words].filter((word) => !(name === 'late' && word.startsWith(NOW_IN_PRIVATE)));
};

function difference(given: string, expected: string): string {
	let at = 0;
	while (at < given.length && given[at] === expected[at]) at++;
	const part = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 100));
	return `${part(given)} and ${part(expected)}`;
}
