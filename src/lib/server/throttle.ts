import { config } from './config.ts';
import { RateLimit } from './rate-limit.ts';

/** A whole office may sit behind one address. */
const PEOPLE_BEHIND_AN_ADDRESS = 50;

const { sends, joins } = config;
const perPerson = new RateLimit(sends.burst, sends.rate);
const perAddress = new RateLimit(sends.burst * PEOPLE_BEHIND_AN_ADDRESS, sends.rate * PEOPLE_BEHIND_AN_ADDRESS);
const rooms = new RateLimit(sends.burst, sends.rate);
/** Pages say that they are looked at every 24 s, and that somebody types every 3 s. */
const beats = new RateLimit(30, 2);
const entries = new RateLimit(joins.burst, joins.rate);

/** Each answers 0, or in how many seconds to try again. Time is monotonic: a clock set back must not lock anybody out. */
export const throttle = {
	send: (person: string, address: string) =>
		perPerson.take(person, performance.now()) || perAddress.take(address, performance.now()),
	createRoom: (person: string) => rooms.take(person, performance.now()),
	beat: (person: string) => beats.take(person, performance.now()),
	/** Joining and signing in. */
	enter: (address: string) => entries.take(address, performance.now())
};
