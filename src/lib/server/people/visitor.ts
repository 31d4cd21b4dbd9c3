import type { Cookies } from '@sveltejs/kit';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Person, Session, SignedIn } from '../../chat/people/person.ts';
import { isTheme, THEME_COOKIE, type Theme } from '../../chat/people/theme.ts';
import { authorize, endSession, loadSession, openSession, sessionOf } from './sessions.ts';
import { knownZone } from '../runtime/time-zone.ts';

/** What the cookie of a session was called before there were several Parleys on one host. */
const FIRST_SESSION = 'session';
const ZONE = 'zone';

/** Browsers keep no cookie longer than 400 days; a session that is used is not renewed, a sign-in link opens a new one. */
const YEAR_S = 365 * 24 * 60 * 60;

/** How long a fresh sign-in link waits for the page that shows it, in seconds. */
const LINK_WAITS = 60;

/** Whoever made this request: what their cookies say, and who they are. */
export class Visitor {
	readonly #store: Hpkv;
	readonly #cookies: Cookies;
	readonly #secure: boolean;
	/** Cookies know no ports: another Parley on this host must not find its own name taken. */
	readonly #session: string;
	readonly #link: string;
	/** Where a session may still be that was opened before it had that name, or without TLS. */
	readonly #earlier: readonly string[];
	#held: Promise<Session | undefined> | undefined;
	#signedIn: Promise<SignedIn | undefined> | undefined;

	constructor(store: Hpkv, cookies: Cookies, url: URL, instance: string) {
		this.#store = store;
		this.#cookies = cookies;
		// Kit's default is secure everywhere but on http://localhost, which loses the cookie on a plain-http LAN address.
		this.#secure = url.protocol === 'https:';
		// No page of a subdomain, and none without TLS, can set a cookie of this prefix.
		const prefix = this.#secure ? '__Host-' : '';
		this.#session = `${prefix}session-${instance}`;
		this.#link = `${prefix}sign-in-link-${instance}`;
		this.#earlier = this.#secure ? [`session-${instance}`, FIRST_SESSION] : [FIRST_SESSION];
	}

	/** Gives a session that is kept under an earlier name the one it has now. Another Parley's is left alone. */
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

	/** The session, looked up once and only when somebody asks: pages ask while they read other things. */
	session(): Promise<SignedIn | undefined> {
		return (this.#signedIn ??= this.#hold().then((held) => held && authorize(this.#store, held)));
	}

	/** Whose session this is, a round trip before it is known whether they may: enough to read beside it what is theirs. */
	async person(): Promise<string | undefined> {
		return (await this.#hold())?.person;
	}

	/** Signs this browser in as `person`. */
	async enter(person: Person, now: number): Promise<void> {
		const token = await openSession(this.#store, person, now);
		this.#set(this.#session, token, YEAR_S);
		// Known without a look: an answer that nobody waits for, and that fails, would end the process.
		this.#held = Promise.resolve(sessionOf(person, now));
		this.#signedIn = undefined;
	}

	/** Ends this session; the person keeps the name. */
	async leave(): Promise<void> {
		const token = this.#token();
		if (token) await endSession(this.#store, token);
		this.#forget(this.#session);
		this.#held = this.#signedIn = Promise.resolve(undefined);
	}

	/** Keeps a fresh sign-in link for the next page. */
	keepSignInLink(token: string): void {
		this.#set(this.#link, token, LINK_WAITS);
	}

	/** The fresh sign-in link: given once. */
	takeSignInLink(): string | undefined {
		const token = this.#cookies.get(this.#link);
		if (token) this.#forget(this.#link);
		return token;
	}

	/** The reader's time zone, which the page remembers in a cookie; UTC until it did. */
	zone(): string {
		return knownZone(this.#cookies.get(ZONE)) ?? 'UTC';
	}

	theme(): Theme {
		const chosen = this.#cookies.get(THEME_COOKIE);
		return isTheme(chosen) ? chosen : 'system';
	}

	/** Open to the page's script, which changes it at once. */
	chooseTheme(theme: Theme): void {
		this.#cookies.set(THEME_COOKIE, theme, {
			path: '/',
			httpOnly: false,
			sameSite: 'lax',
			secure: this.#secure,
			maxAge: YEAR_S
		});
	}

	/** Also under an earlier name: the store may not have answered when it was to be renamed. */
	#token(): string | undefined {
		return [this.#session, ...this.#earlier].map((name) => this.#cookies.get(name)).find(Boolean);
	}

	#hold(): Promise<Session | undefined> {
		const token = this.#token();
		return (this.#held ??= token ? loadSession(this.#store, token) : Promise.resolve(undefined));
	}

	/** With the same attributes: over plain http, a browser does not let a secure cookie replace one that is not. */
	#forget(name: string): void {
		this.#cookies.delete(name, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure });
	}

	#set(name: string, value: string, maxAge: number): void {
		this.#cookies.set(name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure, maxAge });
	}
}
