import type { Cookies } from '@sveltejs/kit';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Person, Session, SignedIn } from '../../chat/people/person.ts';
import { CHOICES, chosenOr, type Appearance, type Choice } from '../../chat/people/appearance.ts';
import { PREFERENCE_S } from '../../chat/people/preference-cookie.ts';
import type { Actor } from '../../chat/people/permissions.ts';
import type { Place } from '../../chat/place/place.ts';
import { isRoomOrder, LAST_ROOM_COOKIE, ROOM_ORDER_COOKIE, type RoomOrder } from '../../chat/rooms/room-order.ts';
import type { PlaceSettings } from '../place/settings.ts';
import { digest } from '../storage/ids.ts';
import {
	authorize,
	endSession,
	isUseOld,
	loadSession,
	noteUse,
	openSession,
	sessionOf,
	type Age,
	type Device
} from './sessions.ts';
import { dropSession } from './holders.ts';
import { knownZone } from '../runtime/time-zone.ts';

/** Cookie name before instance names existed. */
const FIRST_SESSION = 'session';
const ZONE = 'zone';

/** A secret that the next page shows, once: a sign-in link, or recovery codes with commas between. */
export type ShownOnce = 'sign-in-link' | 'recovery-codes';
const ONCE_WAITS_S = 60;

export const actorOf = (session: SignedIn | undefined): Actor => session && { id: session.person, role: session.role };

export interface VisitorOptions {
	instance: string;
	settings: PlaceSettings;
	/** The same store, whose answers may be remembered ones: lib/server/storage/hearing.ts. Default: the store. */
	recent?: Hpkv;
	/** Whether the request decides something: then the rights of the person are read anew. Default true. */
	decides?: boolean;
	device: Device;
	sessionDays: number;
	/** Called when the hour of a session's use could not be stored, which no answer waits for. */
	onUseNotNoted?: (error: unknown) => void;
}

const DAY_S = 24 * 60 * 60;

export class Visitor {
	readonly #store: Hpkv;
	readonly #settings: PlaceSettings;
	/** Where the session and the standing of its person are read. */
	#sessions: Hpkv;
	#standings: Hpkv;
	readonly #device: Device;
	readonly #onUseNotNoted: VisitorOptions['onUseNotNoted'];
	readonly #lifetimeSeconds: number;
	readonly #cookies: Cookies;
	readonly #secure: boolean;
	/** Cookies ignore ports: the name holds the instance, so that two Parleys on one host do not collide. */
	readonly #session: string;
	readonly #prefix: string;
	readonly #instance: string;
	/** Names of a session cookie from an earlier version, or from before TLS. */
	readonly #earlier: readonly string[];
	#held: Promise<Session | undefined> | undefined;
	#signedIn: Promise<SignedIn | undefined> | undefined;
	#place: Promise<Place> | undefined;

	constructor(store: Hpkv, cookies: Cookies, url: URL, options: VisitorOptions) {
		const { instance, settings, recent = store, decides = true, device, sessionDays, onUseNotNoted } = options;
		this.#store = store;
		this.#sessions = recent;
		this.#standings = decides ? store : recent;
		this.#settings = settings;
		this.#device = device;
		this.#onUseNotNoted = onUseNotNoted;
		this.#lifetimeSeconds = sessionDays * DAY_S;
		this.#cookies = cookies;
		// SvelteKit's default is `secure` except on http://localhost, which loses the cookie on a plain-http LAN address.
		this.#secure = url.protocol === 'https:';
		// Neither a subdomain nor a page without TLS can set a cookie with this prefix.
		this.#prefix = this.#secure ? '__Host-' : '';
		this.#instance = instance;
		this.#session = `${this.#prefix}session-${instance}`;
		this.#earlier = this.#secure ? [`session-${instance}`, FIRST_SESSION] : [FIRST_SESSION];
	}

	/** Moves a session cookie from an earlier name to the current one, unless it is another Parley's. */
	async renameCookie(): Promise<void> {
		if (this.#cookies.get(this.#session)) return;
		for (const name of this.#earlier) {
			const token = this.#cookies.get(name);
			const held = token && (await this.#load(token).catch(() => undefined));
			if (!held) continue;
			this.#forget(name);
			this.#set(this.#session, token, this.#lifetimeSeconds);
			this.#held = Promise.resolve(held);
			return;
		}
	}

	/** Loaded lazily and once, so that pages can read other things in parallel. */
	session(): Promise<SignedIn | undefined> {
		return (this.#signedIn ??= this.#hold().then(async (held) => {
			const session = held && (await authorize(this.#standings, held, this.#token()));
			if (session) this.#noteUse(session, Date.now());
			return session;
		}));
	}

	/** One round trip earlier than `session()`, for parallel reads; not checked for a block. */
	async person(): Promise<string | undefined> {
		return (await this.#hold())?.person;
	}

	place(): Promise<Place> {
		return (this.#place ??= this.#settings.now());
	}

	/** Checks the session again: it, or the person's rights, may have ended since the request began. */
	freshSession(): Promise<SignedIn | undefined> {
		this.#held = this.#signedIn = undefined;
		this.#sessions = this.#standings = this.#store;
		return this.session();
	}

	sessionDigest(): string | undefined {
		const token = this.#token();
		return token && digest(token);
	}

	/** @param generation the person's, read before they were found to be who they say @param later of {@link openSession} */
	async enter(
		person: Person,
		generation: string | undefined,
		now: number,
		later?: (work: () => Promise<unknown>) => void
	): Promise<void> {
		const token = await openSession(this.#store, person, { generation, device: this.#device, later }, now);
		this.#set(this.#session, token, this.#lifetimeSeconds);
		// Not loaded: the rejection of a load that nobody awaits would end the process.
		this.#held = Promise.resolve(sessionOf(person, generation, now));
		this.#signedIn = undefined;
	}

	async leave(): Promise<void> {
		await this.#endHeld();
		this.#forget(this.#session);
		this.#held = this.#signedIn = Promise.resolve(undefined);
	}

	/** Another session in place of the present one, after the person's others were ended. */
	async enterAgain(person: Person, generation: string, now: number): Promise<void> {
		await this.#endHeld();
		await this.enter(person, generation, now);
	}

	async #endHeld(): Promise<void> {
		const token = this.#token();
		const session = await this.#hold();
		if (!token || !session) return;
		await endSession(this.#store, session.person, digest(token));
		await dropSession(this.#store, digest(token));
	}

	/** In a cookie: the page is shown without a script too, after a redirect. */
	keepOnce(what: ShownOnce, secret: string): void {
		this.#set(this.#onceCookie(what), secret, ONCE_WAITS_S);
	}

	takeOnce(what: ShownOnce): string | undefined {
		const secret = this.#cookies.get(this.#onceCookie(what));
		if (secret) this.#forget(this.#onceCookie(what));
		return secret;
	}

	#onceCookie = (what: ShownOnce) => `${this.#prefix}${what}-${this.#instance}`;

	zone(): string {
		return knownZone(this.#cookies.get(ZONE)) ?? 'UTC';
	}

	appearance(): Appearance {
		const chosen = CHOICES.map((name) => [name, chosenOr(name, this.#cookies.get(name))]);
		return Object.fromEntries(chosen) as Appearance;
	}

	choose<Name extends Choice>(name: Name, value: Appearance[Name]): void {
		this.#setOpenly(name, value);
	}

	roomOrder(): RoomOrder {
		const chosen = this.#cookies.get(ROOM_ORDER_COOKIE);
		return isRoomOrder(chosen) ? chosen : 'name';
	}

	chooseRoomOrder(order: RoomOrder): void {
		this.#setOpenly(ROOM_ORDER_COOKIE, order);
	}

	lastRoom(): string | undefined {
		return this.#cookies.get(LAST_ROOM_COOKIE);
	}

	noteRoom(slug: string): void {
		if (this.lastRoom() !== slug) this.#setOpenly(LAST_ROOM_COOKIE, slug);
	}

	/** Includes earlier names: `renameCookie` may have failed. */
	#token(): string | undefined {
		return [this.#session, ...this.#earlier].map((name) => this.#cookies.get(name)).find(Boolean);
	}

	#hold(): Promise<Session | undefined> {
		const token = this.#token();
		return (this.#held ??= token ? this.#load(token) : Promise.resolve(undefined));
	}

	/** Once an hour: the browser keeps the cookie longer, and the session does not end. */
	#noteUse(session: Session, now: number): void {
		const token = this.#token();
		if (!token || !isUseOld(session, now)) return;
		this.#set(this.#session, token, this.#lifetimeSeconds);
		noteUse(this.#store, session, token, this.#device, now).catch((error: unknown) => this.#onUseNotNoted?.(error));
	}

	#load(token: string): Promise<Session | undefined> {
		return loadSession(this.#sessions, token, this.age(Date.now()));
	}

	age(now: number): Age {
		return { now, lifetime: this.#lifetimeSeconds * 1_000 };
	}

	/** Same attributes as when set: over plain http, a secure cookie cannot replace one that is not. */
	#forget(name: string): void {
		this.#cookies.delete(name, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure });
	}

	/** Not HttpOnly: the page's script sets these too. */
	#setOpenly(name: string, value: string): void {
		this.#cookies.set(name, value, {
			path: '/',
			httpOnly: false,
			sameSite: 'lax',
			secure: this.#secure,
			maxAge: PREFERENCE_S
		});
	}

	#set(name: string, value: string, maxAge: number): void {
		this.#cookies.set(name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure, maxAge });
	}
}
