import { networkOf } from '../../../hpkv/server/network.ts';
import { foldPersonName } from '../../chat/people/name.ts';
import * as limits from '../../chat/limits.ts';
import { RateLimit } from './rate-limit.ts';
import type { Rate, Settings } from './settings.ts';

const bucketOf = ({ burst, rate }: Rate, factor = 1) => new RateLimit(burst * factor, rate * factor);

/** An action that counts if it succeeds; a refused one takes from the bucket for refusals instead. */
export interface Attempt {
	/** 0, or the seconds until a retry: then the attempt must not go ahead. */
	seconds: number;
	refused: () => void;
	/** Returns the tokens of an action that was done before: a repeated form counts once. */
	repeated: () => void;
}

/** A password or code that is tried. The right one gives its tokens back: it cost only its work. */
export interface Guess {
	seconds: number;
	right: () => void;
}

/** Each method returns 0, or the seconds until a retry. */
export class Buckets {
	readonly #clock: () => number;
	readonly #sends: RateLimit;
	readonly #sendsOfAddress: RateLimit;
	readonly #rooms: RateLimit;
	readonly #directs = new RateLimit(limits.DIRECT_BURST, limits.DIRECT_RATE);
	readonly #roomsOfAddress: RateLimit;
	readonly #refusedRoomNames: RateLimit;
	readonly #roomChanges: RateLimit;
	readonly #joins: RateLimit;
	readonly #refusedNames: RateLimit;
	readonly #renames: RateLimit;
	readonly #requests: RateLimit;
	readonly #healthChecks: RateLimit;
	readonly #guesses: RateLimit;
	readonly #guessesOfName = new RateLimit(limits.GUESS_BURST_PER_NAME, limits.GUESS_RATE_PER_NAME);
	readonly #signIns = new RateLimit(limits.OPENED_LINK_BURST, limits.OPENED_LINK_RATE);
	readonly #refusedLinks = new RateLimit(limits.REFUSED_LINK_BURST, limits.REFUSED_LINK_RATE);
	readonly #invitations = new RateLimit(limits.INVITATION_BURST, limits.INVITATION_RATE);
	readonly #sessions = new RateLimit(limits.SESSION_BURST, limits.SESSION_RATE);
	readonly #signInLinks = new RateLimit(limits.SIGN_IN_LINK_BURST, limits.SIGN_IN_LINK_RATE);
	readonly #credentials = new RateLimit(limits.CREDENTIAL_BURST, limits.CREDENTIAL_RATE);
	readonly #readMarks = new RateLimit(limits.READ_MARK_BURST, limits.READ_MARK_RATE);
	readonly #beats = new RateLimit(limits.BEAT_BURST, limits.BEAT_RATE);
	readonly #operatorActs = new RateLimit(limits.OPERATOR_BURST, limits.OPERATOR_RATE);
	readonly #completions = new RateLimit(limits.COMPLETION_BURST, limits.COMPLETION_RATE);
	readonly #memberChanges = new RateLimit(limits.MEMBER_CHANGE_BURST, limits.MEMBER_CHANGE_RATE);
	readonly #reports = new RateLimit(limits.REPORT_BURST, limits.REPORT_RATE);
	readonly #uploads = new RateLimit(limits.UPLOAD_BURST, limits.UPLOAD_RATE);
	readonly #avatars = new RateLimit(limits.AVATAR_BURST, limits.AVATAR_RATE);
	readonly #preferences = new RateLimit(limits.PREFERENCE_BURST, limits.PREFERENCE_RATE);

	/** @param clock monotonic, in milliseconds: a clock set back must not lock anybody out */
	constructor(
		{ sends, rooms, joins, reads, signIns }: Pick<Settings, 'sends' | 'rooms' | 'joins' | 'reads' | 'signIns'>,
		clock: () => number
	) {
		this.#clock = clock;
		this.#sends = bucketOf(sends);
		this.#sendsOfAddress = bucketOf(sends, limits.PEOPLE_BEHIND_AN_ADDRESS);
		this.#rooms = bucketOf(rooms);
		this.#roomsOfAddress = bucketOf(rooms, limits.ROOM_MAKERS_BEHIND_AN_ADDRESS);
		this.#refusedRoomNames = bucketOf(rooms, limits.REFUSED_NAMES_PER_NAME);
		this.#roomChanges = bucketOf(rooms, limits.ROOM_CHANGES_PER_ROOM);
		this.#joins = bucketOf(joins);
		this.#refusedNames = bucketOf(joins, limits.REFUSED_NAMES_PER_NAME);
		// At least one, whatever `JOIN_BURST` is.
		const renames = Math.max(1, joins.burst * limits.RENAMES_PER_JOIN);
		this.#renames = new RateLimit(renames, joins.rate * limits.RENAMES_PER_JOIN);
		this.#guesses = bucketOf(signIns);
		this.#requests = bucketOf(reads);
		this.#healthChecks = bucketOf(reads);
	}

	/** A balancer may spread an address over nodes: each gives a part of its limits. A person's are whole: a session stays at one node. */
	share(nodes: number): void {
		const ofAddresses = [
			...[this.#sendsOfAddress, this.#roomsOfAddress, this.#joins, this.#refusedNames, this.#requests],
			...[this.#guesses, this.#guessesOfName, this.#signIns, this.#refusedLinks]
		];
		for (const limit of ofAddresses) limit.share(nodes);
	}

	request = (address: string) => this.#take(this.#requests, networkOf(address));
	/** Separate: a flood of requests must not make a supervisor restart the process. */
	healthCheck = (address: string) => this.#take(this.#healthChecks, networkOf(address));

	send = (person: string, address: string) =>
		this.#take(this.#sends, person) || this.#take(this.#sendsOfAddress, networkOf(address));
	/** A conversation that the person begins. */
	direct = (person: string) => this.#take(this.#directs, person);
	roomChange = (person: string) => this.#take(this.#roomChanges, person);
	memberChange = (person: string) => this.#take(this.#memberChanges, person);
	readMark = (person: string) => this.#take(this.#readMarks, person);
	beat = (person: string) => this.#take(this.#beats, person);
	signInLink = (person: string) => this.#take(this.#signInLinks, person);
	credential = (person: string) => this.#take(this.#credentials, person);
	session = (person: string) => this.#take(this.#sessions, person);
	completion = (person: string) => this.#take(this.#completions, person);
	operatorAct = (person: string) => this.#take(this.#operatorActs, person);
	/** An invitation that the person makes, or uses as a guest. */
	invitation = (person: string) => this.#take(this.#invitations, person);
	/** A link that is not known. */
	refusedLink = (address: string) => this.#take(this.#refusedLinks, networkOf(address));
	report = (person: string) => this.#take(this.#reports, person);
	upload = (person: string) => this.#take(this.#uploads, person);
	avatar = (person: string) => this.#take(this.#avatars, person);
	preference = (address: string) => this.#take(this.#preferences, networkOf(address));

	join(address: string): Attempt {
		const network = networkOf(address);
		return this.#attempt([[this.#joins, network]], [this.#refusedNames, network]);
	}

	rename(person: string, address: string): Attempt {
		return this.#attempt([[this.#renames, person]], [this.#refusedNames, networkOf(address)]);
	}

	signIn(address: string): Attempt {
		const network = networkOf(address);
		return this.#attempt([[this.#signIns, network]], [this.#refusedLinks, network]);
	}

	/** @param name as typed: all its spellings count as one, so that nobody has another ten tries in capitals */
	guess(name: string, address: string): Guess {
		const network = networkOf(address);
		// A passkey is tried without a name: the people of an office must not share ten tries.
		const ofName = `${network} ${foldPersonName(name.slice(0, 2 * limits.MAX_PERSON_NAME))}`;
		const { seconds, repeated } = this.#attempt([
			[this.#guesses, network],
			...(name === '' ? [] : [[this.#guessesOfName, ofName] as const])
		]);
		return { seconds, right: repeated };
	}

	/** A new room or a rename: either takes a name for ever. */
	roomName(person: string, address: string): Attempt {
		const network = networkOf(address);
		return this.#attempt(
			[
				[this.#rooms, person],
				[this.#roomsOfAddress, network]
			],
			[this.#refusedRoomNames, person]
		);
	}

	/** Takes from all of `accepted`, or, if one of them or the refusals are empty, from none. */
	#attempt(accepted: readonly (readonly [RateLimit, string])[], refusals?: readonly [RateLimit, string]): Attempt {
		const seconds = Math.max(
			refusals ? refusals[0].wait(refusals[1], this.#clock()) : 0,
			...accepted.map(([limit, key]) => limit.wait(key, this.#clock()))
		);
		let hasTokens = seconds === 0;
		if (hasTokens) for (const [limit, key] of accepted) this.#take(limit, key);
		// Once: an attempt that repeats an earlier one can still fail afterwards.
		const repeated = () => {
			if (hasTokens) for (const [limit, key] of accepted) limit.giveBack(key, this.#clock());
			hasTokens = false;
		};
		return {
			seconds,
			repeated,
			refused: () => {
				repeated();
				if (refusals) this.#take(...refusals);
			}
		};
	}

	#take = (limit: RateLimit, key: string) => limit.take(key, this.#clock());
}
