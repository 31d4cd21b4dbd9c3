/** Every way to ask for a route about a room, and its answer to the byte. */
import { randomUUID } from 'node:crypto';
import { postForm, sendIds } from '../e2e/person.ts';
import { fieldNames, queryNames, type Route } from './routes.ts';
import type { Target } from './place.ts';

export interface Asked {
	what: string;
	isForm: boolean;
	ask: (cookie: string | undefined) => Promise<Answer>;
}

export interface Answer {
	status: number;
	/** All of it: status, headers and body. */
	text: string;
}

interface Known {
	/** The id of somebody who is in the rooms. */
	insider: string;
	/** The file that is their picture, or of no record. */
	avatar: string;
}

/** Numbers of messages: written, edited, deleted, a reply, and one that there is not. */
const NUMBERS = ['1', '2', '3', '5', '99'];

/** What stands for each parameter of a path. */
const PARAMETERS: Record<string, (target: Target, known: Known) => string[]> = {
	slug: ({ address }) => [address],
	room: ({ address }) => [address],
	n: () => NUMBERS,
	id: ({ id, file, picture }, { insider, avatar }) => [insider, id, file, picture, avatar],
	person: (_, { insider }) => [insider],
	act: () => ['block'],
	section: () => ['people'],
	secret: () => ['unknown-0000000000000000'],
	token: () => ['unknown-0000000000000000'],
	name: () => ['crumbs.txt'],
	'...path': () => ['x']
};

/** @throws for a parameter that has no recipe */
export function pathsOf({ id }: Route, target: Target, known: Known): string[] {
	const [before = '', ...rest] = id.split(/\[([^\]]+)\]/);
	let paths = [before];
	for (const [at, part] of rest.entries()) {
		const values = at % 2 === 0 ? PARAMETERS[part]?.(target, known) : [part];
		if (!values) throw new Error(`[${part}] of ${id} has no recipe: enter one in PARAMETERS of tests/canary/asking.ts`);
		paths = paths.flatMap((path) => values.map((value) => path + value));
	}
	return paths;
}

/** A parameter or a field that is not here holds the address of the room. */
function values({ address, id }: Target, { insider }: Known): Record<string, string> {
	return {
		...{ message: '0', change: '0', changedAt: '0', holes: '', newest: '', n: '1', answered: '1,2,5', reply: '1' },
		...{ quote: '1', q: 'kestre', of: '', page: '1', from: '', role: '', by: '', find: '', list: '', previews: '' },
		...{ silent: '', tick: '', name: '', next: `/rooms/${address}`, id, person: insider, as: '', people: insider }
	};
}

/** Beside what the names of the query say. */
const PLACES = ['before=99', 'after=0'] as const;

export function askings(base: string, route: Route, target: Target, known: Known): Asked[] {
	return pathsOf(route, target, known).flatMap((path, at): Asked[] => {
		const url = base + path;
		const all = values(target, known);
		const query = queryNames
			.filter((name) => name !== 'after')
			.map((name) => `${name}=${encodeURIComponent(all[name] ?? target.address)}`)
			.join('&');
		const get = (search: string, accept: string, suffix = ''): Asked => {
			const address = `${suffix && path === '/' ? base : url}${suffix}${search && `?${search}`}`;
			return {
				what: `GET ${address.slice(base.length)} as ${accept}`,
				isForm: false,
				ask: async (cookie) =>
					answerOf(await fetch(address, { headers: { accept, ...(cookie && { cookie }) }, redirect: 'manual' }))
			};
		};
		const reads = route.isEndpoint
			? [get(query, 'application/json'), ...PLACES.map((place) => get(place, 'application/json'))]
			: [get(query, 'text/html'), get(PLACES[0], '*/*', '/__data.json'), get('', 'text/html')];
		// Numbers beyond the first are asked for as pages, and posted in fields.
		if (at > 0) return reads.slice(0, 1);
		if (route.isEndpoint) return [...reads, post(url, undefined, target, known, true)];
		return [...reads, ...route.actions.map((action, at) => post(url, action, target, known, at > 0))];
	});
}

/** What some actions need to do what they are for. */
const ACTS: Record<string, string> = { star: 'star', archive: 'archive' };

function post(url: string, action: string | undefined, target: Target, known: Known, byScript: boolean): Asked {
	const { address } = target;
	// SvelteKit refuses the name of the default action in a query.
	const to = action && action !== 'default' ? `${url}?/${action}` : url;
	return {
		what: `POST ${to.slice(new URL(url).origin.length)}${byScript ? ' by script' : ''}`,
		isForm: true,
		ask: async (cookie) => {
			const fields: Record<string, string> = {
				...Object.fromEntries(fieldNames.map((name) => [name, values(target, known)[name] ?? address])),
				...sendIds(),
				...{ formId: randomUUID(), joinId: randomUUID(), tab: randomUUID(), room: address },
				...{ n: '1', message: 'Soup', re: '1', quote: '', reaction: '', emoji: '🐦', reason: 'Soup', topic: 'Soup' },
				...{ act: (action && ACTS[action]) ?? 'here', at: '0', order: 'name', confirmed: '1', password: 'x' }
			};
			const headers = {
				...(cookie && { cookie }),
				...(byScript && { accept: 'application/json', 'x-sveltekit-action': 'true' })
			};
			return answerOf(await postForm(to, fields, headers));
		}
	};
}

async function answerOf(answer: Response): Promise<Answer> {
	const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
	const body = (await answer.text()).replace(TOKEN, readToken);
	return { status: answer.status, text: `${answer.status}\n${headers}\n\n${body}` };
}

/** What a token says is told too. */
const TOKEN = /([\w-]{60,})\.[\w-]{40,}/g;
const readToken = (_: string, payload: string) =>
	Buffer.from(payload, 'base64url')
		.toString()
		.replace(/"[re]":("[^"]*"|\d+)/g, '');

/** Without what differs between two answers to one question. */
export const steady = ({ text }: Answer, { id, file, picture }: Target, address: string): string =>
	text
		.replaceAll(address, '<address>')
		.replaceAll(id, '<id>')
		.replaceAll(file, '<file>')
		.replaceAll(picture, '<file>')
		.replace(/nonce(?:-|=")[\w+/]{22}==/g, 'nonce')
		.replace(/^(?:date|etag|content-length|set-cookie|x-request-id|server-timing): .*\n/gm, '')
		.replace(/(?:\b|(?<=%2F))[a-z2-7]{26}\b/g, '<random>')
		.replace(/\b\d{13}\b/g, '<time>')
		.replace(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, '<time>')
		.replace(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, '<random>');
