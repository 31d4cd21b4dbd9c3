import type { Cookies } from '@sveltejs/kit';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Person, Session, SignedIn } from '../../chat/people/person.ts';
import { isTheme, THEME_COOKIE, type Theme } from '../../chat/people/theme.ts';
import { authorize, endSession, loadSession, openSession, sessionOf } from './sessions.ts';
import { knownZone } from '../runtime/time-zone.ts';

/** Cookie name before instance names existed. */
const FIRST_SESSION = 'session';
const ZONE = 'zone';

/** Browsers keep a cookie at most 400 days. Sessions are not renewed; a sign-in link opens a new one. */
const YEAR_S = 365 * 24 * 60 * 60;

/** In seconds, for the page that shows the link. */
const LINK_WAITS = 60;

export class Visitor {
	readonly #store: Hpkv;
	readonly #cookies: Cookies;
	readonly #secure: boolean;
	/** Cookies ignore ports: the name holds the instance, so that two Parleys on one host do not collide. */
	readonly #session: string;
	readonly #link: string;
	/** Names of a session cookie from an earlier version, or from before TLS. */
	readonly #earlier: readonly string[];
	#held: Promise<Session | undefined> | undefined;
	#signedIn: Promise<SignedIn | undefined> | undefined;

	constructor(store: Hpkv, cookies: Cookies, url: URL, instance: string) {
		this.#store = store;
		this.#cookies = cookies;
		// SvelteKit's default is `secure` except on http://localhost, which loses the cookie on a plain-http LAN address.
		this.#secure = url.protocol === 'https:';
		// Neither a subdomain nor a page without TLS can set a cookie with this prefix.
		const prefix = this.#secure ? '__Host-' : '';
		this.#session = `${prefix}session-${instance}`;
		this.#link = `${prefix}sign-in-link-${instance}`;
		this.#earlier = this.#secure ? [`session-${instance}`, FIRST_SESSION] : [FIRST_SESSION];
	}

	/** Moves a session cookie from an earlier name to the current one, unless it is another Parley's. */
	async renameCookie(): Promise<void> {
		if (this.#cookies.get(this.#session)) return;
		for (const name of this.#earlier) {
			const token = this.#cookies.get(name);
			const held = token && (await loadSession(this.#store, token).catch(() => undefined));
			if (!held) continue;
			this.#forget(name);
			this.#set(this.#session, token, YEAR_S);
			this.#held = Promise.resolve(held);
			return;
		}
	}

	/** Loaded lazily and once, so that pages can read other things in parallel. */
	session(): Promise<SignedIn | undefined> {
		return (this.#signedIn ??= this.#hold().then((held) => held && authorize(this.#store, held)));
	}

	/** One round trip earlier than `session()`, for parallel reads; not checked for a block. */
	async person(): Promise<string | undefined> {
		return (await this.#hold())?.person;
	}

	async enter(person: Person, now: number): Promise<void> {
		const token = await openSession(this.#store, person, now);
		this.#set(this.#session, token, YEAR_S);
		// Not loaded: the rejection of a load that nobody awaits would end the process.
		this.#held = Promise.resolve(sessionOf(person, now));
		this.#signedIn = undefined;
	}

	async leave(): Promise<void> {
		const token = this.#token();
		if (token) await endSession(this.#store, token);
		this.#forget(this.#session);
		this.#held = this.#signedIn = Promise.resolve(undefined);
	}

	keepSignInLink(token: string): void {
		this.#set(this.#link, token, LINK_WAITS);
	}

	takeSignInLink(): string | undefined {
		const token = this.#cookies.get(this.#link);
		if (token) this.#forget(this.#link);
		return token;
	}

	zone(): string {
		return knownZone(this.#cookies.get(ZONE)) ?? 'UTC';
	}

	theme(): Theme {
		const chosen = this.#cookies.get(THEME_COOKIE);
		return isTheme(chosen) ? chosen : 'system';
	}

	/** Not HttpOnly: the page's script changes the theme too. */
	chooseTheme(theme: Theme): void {
		this.#cookies.set(THEME_COOKIE, theme, {
			path: '/',
			httpOnly: false,
			sameSite: 'lax',
			secure: this.#secure,
			maxAge: YEAR_S
		});
	}

	/** Includes earlier names: `renameCookie` may have failed. */
	#token(): string | undefined {
		return [this.#session, ...this.#earlier].map((name) => this.#cookies.get(name)).find(Boolean);
	}

	#hold(): Promise<Session | undefined> {
		const token = this.#token();
		return (this.#held ??= token ? loadSession(this.#store, token) : Promise.resolve(undefined));
	}

	/** Same attributes as when set: over plain http, a secure cookie cannot replace one that is not. */
	#forget(name: string): void {
		this.#cookies.delete(name, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure });
	}

	#set(name: string, value: string, maxAge: number): void {
		this.#cookies.set(name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure, maxAge });
	}
}
