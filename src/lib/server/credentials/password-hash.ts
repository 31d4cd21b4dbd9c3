/** PHC strings: argon2id where Node has it (24.7), else scrypt, in the thread pool. A Node without argon2 throws at a check of argon2id. */
import crypto from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { HASHINGS_AT_ONCE, MAX_WAITING_SIGN_INS } from '../../chat/limits.ts';

type Parameters =
	| { kind: 'argon2id'; memory: number; passes: number; parallelism: number }
	| { kind: 'scrypt'; cost: number; blockSize: number; parallelization: number };

/** OWASP's first choice: 19 MiB, two passes. */
const ARGON2: Parameters = { kind: 'argon2id', memory: 19_456, passes: 2, parallelism: 1 };
/** OWASP's choice where there is no argon2: 2^17 blocks, 128 MiB. */
const SCRYPT: Parameters = { kind: 'scrypt', cost: 17, blockSize: 8, parallelization: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Absent in Node 22. */
const argon2 = 'argon2' in crypto ? promisify(crypto.argon2) : undefined;
const scrypt = promisify<crypto.BinaryLike, crypto.BinaryLike, number, crypto.ScryptOptions, Buffer>(crypto.scrypt);

const CURRENT = argon2 ? ARGON2 : SCRYPT;

export async function hashPassword(password: string): Promise<string> {
	const salt = crypto.randomBytes(SALT_BYTES);
	return written(CURRENT, salt, await inTurn(() => derive(CURRENT, password, salt, HASH_BYTES)));
}

/** A hash that no password has, made without work. Checked in place of one that is missing, it takes the same time. */
export const dummyHash = () => written(CURRENT, crypto.randomBytes(SALT_BYTES), crypto.randomBytes(HASH_BYTES));

export const isHashingBusy = () => waiting.length >= MAX_WAITING_SIGN_INS;

/** `busy`: so many checks wait that this one was not begun. */
export async function checkPassword(password: string, phc: string): Promise<boolean | 'busy'> {
	const stored = read(phc);
	if (!stored) return false;
	if (isHashingBusy()) return 'busy';
	const derived = await inTurn(() => derive(stored.parameters, password, stored.salt, stored.hash.length));
	return crypto.timingSafeEqual(derived, stored.hash);
}

export const isOutdated = (phc: string) => !phc.startsWith(heading(CURRENT));

function derive(parameters: Parameters, password: string, salt: Buffer, bytes: number): Promise<Buffer> {
	if (parameters.kind === 'scrypt') {
		const { cost, blockSize, parallelization } = parameters;
		const memory = 128 * 2 ** cost * blockSize;
		return scrypt(password, salt, bytes, { N: 2 ** cost, r: blockSize, p: parallelization, maxmem: 2 * memory });
	}
	if (!argon2) throw new Error('A password was hashed with argon2, which Node has since 24.7: start Parley with that');
	const { memory, passes, parallelism } = parameters;
	return argon2('argon2id', { message: password, nonce: salt, parallelism, tagLength: bytes, memory, passes });
}

const heading = (parameters: Parameters) =>
	parameters.kind === 'argon2id'
		? `$argon2id$v=19$m=${parameters.memory},t=${parameters.passes},p=${parameters.parallelism}$`
		: `$scrypt$ln=${parameters.cost},r=${parameters.blockSize},p=${parameters.parallelization}$`;

/** PHC strings have base64 without padding. */
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

const written = (parameters: Parameters, salt: Buffer, hash: Buffer) =>
	`${heading(parameters)}${unpadded(salt)}$${unpadded(hash)}`;

const ARGON2_STRING = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]{22,})$/;
const SCRYPT_STRING = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]{22,})$/;

function read(phc: string): { parameters: Parameters; salt: Buffer; hash: Buffer } | undefined {
	const ofArgon2 = ARGON2_STRING.exec(phc);
	const found = ofArgon2 ?? SCRYPT_STRING.exec(phc);
	if (!found) return undefined;
	const [a, b, c] = found.slice(1, 4).map(Number) as [number, number, number];
	const [salt, hash] = found.slice(4).map((text) => Buffer.from(text, 'base64')) as [Buffer, Buffer];
	const parameters: Parameters = ofArgon2
		? { kind: 'argon2id', memory: a, passes: b, parallelism: c }
		: { kind: 'scrypt', cost: a, blockSize: b, parallelization: c };
	return { parameters, salt, hash };
}

/** A processor is left for pages. */
export const AT_ONCE = Math.max(1, Math.min(HASHINGS_AT_ONCE, availableParallelism() - 1));

let atWork = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	if (atWork >= AT_ONCE) await new Promise<void>((start) => waiting.push(start));
	else atWork += 1;
	try {
		return await work();
	} finally {
		// The place goes to the next one, so that nobody who asks meanwhile takes it.
		const next = waiting.shift();
		if (next) next();
		else atWork -= 1;
	}
}
