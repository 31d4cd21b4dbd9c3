/** Asks as everybody who is not in the rooms, in every way, and says what is told to them. */
import { randomId } from '../../src/lib/server/storage/ids.ts';
import { askings, steady, type Answer, type Asked } from './asking.ts';
import { CANARY, LATER, NOW_IN_PRIVATE, VISITORS, type Place, type Target } from './place.ts';
import { routes, type Route } from './routes.ts';

/** A sentence for each thing that somebody was told who may not know it. */
export type Leaks = string[];

export interface Walked {
	leaks: Leaks;
	asked: number;
}

/** @param visitors who ask */
export async function walk(place: Place, visitors: readonly string[] = VISITORS): Promise<Walked> {
	// Forms that end a session come last.
	const ordered = [...routes].sort((a, b) => Number(a.id.startsWith('/you')) - Number(b.id.startsWith('/you')));
	const walks = await Promise.all(visitors.map((name) => walkAs(place, name, ordered)));
	return { leaks: walks.flatMap(({ leaks }) => leaks), asked: walks.reduce((sum, { asked }) => sum + asked, 0) };
}

const hasRoom = ({ id }: Route) => /^\/rooms\/\[/.test(id);
const operates = (name: string) => name === 'operator' || name === 'owner';

/** The same in shape, and in no store. */
const nowhere = ({ of, address }: Target): Target => {
	const none =
		(of === 'private' ? '0' : of === 'direct' ? '1' : '') + randomId().slice(0, of === 'converted' ? 26 : 25);
	const isAddress = address.startsWith('~');
	return { of, id: none, address: isAddress ? `~${none}` : `${address.slice(0, -4)}pond` };
};

async function walkAs(place: Place, name: string, all: readonly Route[]): Promise<Walked> {
	const { url, cookies, people } = place;
	const known = { insider: people.get('insider') ?? '' };
	const leaks = new Set<string>();
	let asked = 0;
	const say = (asking: Asked, what: string) => leaks.add(`${name}: ${asking.what}: ${what}`);
	const cookie = cookies.get(name);
	const ask = async (asking: Asked): Promise<Answer> => {
		asked++;
		// Some forms end the session.
		const answer = await asking.ask(isAboutMe(asking) && isSignedIn(name) ? await place.newSession(name) : cookie);
		if (answer.status >= 500) say(asking, `it failed: ${answer.text.slice(0, 200)}`);
		for (const word of wordsIn(answer, name)) say(asking, `the word ${word}`);
		return answer;
	};
	for (const route of all) {
		if (operates(name) && route.id.startsWith('/operator')) continue;
		/** How questions about rooms that do not exist were answered. */
		const none = new Map<string, string>();
		for (const target of hasRoom(route) ? place.targets : place.targets.slice(0, 1)) {
			const nothing = nowhere(target);
			const controls = askings(url, route, nothing, known);
			for (const [at, asking] of askings(url, route, target, known).entries()) {
				const control = controls[at];
				if (!control) throw new Error(`${asking.what} has no counterpart`);
				const answer = await ask(asking);
				if (name === 'late' && target.of === 'private') continue;
				// A form about oneself is posted once, and a few forms can be posted only a few times an hour.
				if (isAboutMe(asking) || isLimited(answer)) continue;
				const given = steady(answer, target, target.address);
				const like = `${at} ${target.address.startsWith('~')}`;
				if (given === none.get(like)) continue;
				// Some forms answer another thing when they are posted again.
				const expected = [await ask(control), ...(asking.isForm ? [await ask(control)] : [])];
				if (expected.some(isLimited)) continue;
				const [first = '', second = first] = expected.map((each) => steady(each, nothing, nothing.address));
				none.set(like, first);
				if (given !== first && given !== second)
					say(asking, `is not answered as where there is no room: ${difference(given, second)}`);
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
