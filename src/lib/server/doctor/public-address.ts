/** Tries Parley through the address that people type, as a browser would: health check, form, WebSocket. No request changes anything. */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as after } from 'node:timers/promises';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { checkDate } from './clock.ts';
import { found, type Finding } from './finding.ts';

const ANSWER_TIMEOUT_MS = 10_000;
/** In milliseconds: one health check answers for so long (routes/healthz). */
const HEALTH_KEPT = 2_100;

export interface Tried {
	origin: string;
	store: Hpkv;
	/** Whether sockets are opened at Parley, and not at a hosted endpoint. */
	hasSockets: boolean;
	clock: () => number;
}

export async function checkAddress(tried: Tried): Promise<Finding[]> {
	const { origin, store, clock } = tried;
	const before = await store.get(keys.health);
	const answer = await ask(origin, 'GET', '/healthz');
	if (typeof answer === 'string') {
		return [
			found(
				'wrong',
				'Address',
				`${origin} cannot be reached from here (${answer}): start Parley and its proxy, and look at the name’s DNS entry and the firewall.`
			)
		];
	}
	const wrong = wrongHealth(origin, answer);
	if (wrong) return [found('wrong', 'Address', wrong)];
	if (!(await isThisStore(tried, before))) {
		return [
			found(
				'wrong',
				'Address',
				`Another Parley answers at ${origin}, with another store: look at ORIGIN, DATA_DIR and the proxy’s target.`
			)
		];
	}
	const findings = [found('ok', 'Address', `Parley answers at ${origin}.`), await checkForm(origin)];
	if (tried.hasSockets) findings.push(await checkSocket(tried));
	const date = checkDate(answer.headers.date ?? null, origin, clock());
	return date?.is === 'wrong' ? [...findings, date] : findings;
}

type Answer = Pick<http.IncomingMessage, 'headers'> & { status: number; text: string };

function wrongHealth(origin: string, { status, text, headers }: Answer): string | undefined {
	if (status === 200 && text === 'ok\n') return undefined;
	if (status >= 300 && status < 400)
		return `${origin} leads to ${headers.location ?? 'another address'}: set ORIGIN to the address where people end up.`;
	if (status === 421)
		return `Parley does not answer under the name of ${origin}: the proxy should pass the Host header, and ORIGIN=${origin} should be set.`;
	if (status === 503 && text.startsWith('The store takes'))
		return `Parley runs at ${origin}, and its store takes no write: the log of the process says why.`;
	if (status === 502 || status === 503 || status === 504)
		return `The proxy at ${origin} answers ${status}: it does not reach Parley. Start Parley, and compare the proxy’s target with HOST and PORT.`;
	return `${origin}/healthz answers ${status}, and not as Parley does: another program is at that address, or the proxy sends its own page.`;
}

/** A health check writes the time into the store. */
async function isThisStore({ origin, store }: Tried, before: string | undefined): Promise<boolean> {
	if ((await store.get(keys.health)) !== before) return true;
	await after(HEALTH_KEPT);
	await ask(origin, 'GET', '/healthz');
	return (await store.get(keys.health)) !== before;
}

/** A form from the own address is answered 405 here; one that counts as another site's, 403. */
async function checkForm(origin: string): Promise<Finding> {
	const answer = await ask(origin, 'POST', '/healthz', {
		origin,
		'content-type': 'application/x-www-form-urlencoded',
		accept: 'application/json'
	});
	if (typeof answer === 'string')
		return found('wrong', 'Forms', `A form that is sent to ${origin} gets no answer (${answer}).`);
	if (answer.status === 405) return found('ok', 'Forms', `Forms sent from ${origin} are taken.`);
	if (answer.status === 403) {
		return found(
			'wrong',
			'Forms',
			`Forms sent from ${origin} are refused as another site’s: set ORIGIN=${origin}, and let the proxy pass Host, X-Forwarded-Host and X-Forwarded-Proto.`
		);
	}
	return found(
		'wrong',
		'Forms',
		`A form that is sent to ${origin} is answered ${answer.status}: the proxy should pass POST requests on.`
	);
}

/** Opens the socket of a page that may hear nothing. */
async function checkSocket({ origin, store }: Tried): Promise<Finding> {
	const token = await store.token({ subscribeKeys: [keys.liveRooms], accessPattern: '^$' });
	const answer = await ask(origin, 'GET', `/hpkv/ws?token=${encodeURIComponent(token)}`, {
		origin,
		connection: 'Upgrade',
		upgrade: 'websocket',
		'sec-websocket-version': '13',
		'sec-websocket-key': Buffer.from('parley-doctor-16').toString('base64')
	});
	if (typeof answer === 'string')
		return found(
			'wrong',
			'WebSocket',
			`A WebSocket to ${origin} gets no answer (${answer}): the proxy should pass upgrades on.`
		);
	if (answer.status === 101) return found('ok', 'WebSocket', `Pages can open their WebSocket at ${origin}.`);
	const remedy =
		answer.status === 403
			? `Set ORIGIN=${origin}.`
			: 'The proxy should speak HTTP/1.1 to Parley and pass the headers Upgrade and Connection on.';
	return found(
		'wrong',
		'WebSocket',
		`A WebSocket to ${origin} is answered ${answer.status}, so pages show what is new every half a minute only. ${remedy}`
	);
}

/** The answer, or why there is none. Certificates are checked as browsers check them. */
function ask(
	origin: string,
	method: string,
	path: string,
	headers: http.OutgoingHttpHeaders = {}
): Promise<Answer | string> {
	const { request } = origin.startsWith('https:') ? https : http;
	return new Promise((resolve) => {
		const sent = request(
			origin + path,
			{ method, headers, agent: false, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) },
			(res) => {
				res.toArray().then(
					(chunks) =>
						resolve({
							status: res.statusCode ?? 0,
							headers: res.headers,
							text: Buffer.concat(chunks as Buffer[]).toString()
						}),
					(error: Error) => resolve(error.message)
				);
			}
		);
		sent.on('upgrade', ({ headers: answered }, socket) => {
			socket.destroy();
			resolve({ status: 101, headers: answered, text: '' });
		});
		sent.on('error', (error: NodeJS.ErrnoException) =>
			resolve(
				error.name === 'TimeoutError' || error.name === 'AbortError'
					? `none within ${ANSWER_TIMEOUT_MS / 1_000} s`
					: (error.code ?? error.message)
			)
		);
		sent.end();
	});
}
