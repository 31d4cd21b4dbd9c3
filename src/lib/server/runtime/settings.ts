import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { LARGEST_MAX_VALUE_BYTES, SMALLEST_MAX_VALUE_BYTES } from '../../../hpkv/protocol/limits.ts';
import { addressesIn } from '../../../hpkv/engine/postgres/address.ts';
import { DATA_DIR_RULE, expandHome, namesOthersHome } from '../../../hpkv/process/home-directory.ts';
import * as limits from '../../chat/limits.ts';
import { JOINING, READING, type Place } from '../../chat/place/place.ts';

export class SettingsError extends Error {
	override readonly name = 'SettingsError';
}

const whole = (least: number, most: number) =>
	z.coerce
		.number(`a whole number from ${least} to ${most}`)
		.int(`a whole number from ${least} to ${most}`)
		.min(least, `a whole number from ${least} to ${most}`)
		.max(most, `a whole number from ${least} to ${most}`);

const burst = whole(1, 1_000_000);
const positive = z.coerce.number('a number above 0').positive('a number above 0');

const url = (...protocols: string[]) =>
	z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
		error: `an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`
	});

/** Normalised as browsers do: lower case, no slash at the end, no default port. */
const origins = z
	.string()
	.transform((text) => text.split(',').map((each) => each.trim()))
	.pipe(
		z.array(
			url('http:', 'https:')
				.refine((text) => isBare(URL.parse(text)), {
					error: 'an address without a path, as https://chat.example.org; several with commas between'
				})
				.transform((text) => new URL(text).origin)
		)
	);

const isBare = (parsed: URL | null) => parsed !== null && parsed.href === `${parsed.origin}/`;

/** All variables and defaults; must match .env.example and the README's table. */
const Environment = z.object({
	HOST: z.string().default('127.0.0.1'),
	PORT: whole(0, 65_535).default(3_000),
	EXTRA_PORT: whole(1, 65_535).optional(),
	ORIGIN: origins.optional(),
	// Also read by adapter-node, to find the client address.
	ADDRESS_HEADER: z.string().optional(),
	XFF_DEPTH: whole(1, 100).default(1),
	DATA_DIR: z
		.string()
		.refine((path) => !namesOthersHome(path), DATA_DIR_RULE)
		.transform(expandHome)
		.default('./data'),
	DATABASE_URL: z
		.string()
		.refine((text) => addressesIn(text) !== undefined, {
			error: 'postgres://user:password@host/name, of several hosts with commas between'
		})
		.optional(),
	DATABASE_ALONE: z.enum(['0', '1'], '0 or 1').default('0'),
	NODE_NAME: z
		.string()
		.regex(/^[\w.:-]{1,64}$/, '1 to 64 letters, digits, ., :, - and _')
		.optional(),
	DRAIN_SECONDS: whole(0, 300).default(0),
	HPKV_BASE_URL: url('http:', 'https:').optional(),
	HPKV_API_KEY: z
		.string()
		.regex(/^[\x21-\x7e]+$/, 'a key in printable characters without a space')
		.optional(),
	HPKV_WS_URL: url('ws:', 'wss:', 'http:', 'https:').optional(),
	HPKV_MAX_VALUE_BYTES: whole(SMALLEST_MAX_VALUE_BYTES, LARGEST_MAX_VALUE_BYTES).optional(),
	STORE_MEMORY_SECONDS: whole(0, limits.MOST_STORE_MEMORY_SECONDS).default(limits.STORE_MEMORY_SECONDS),
	SEND_BURST: burst.default(limits.SEND_BURST),
	SEND_RATE: positive.default(limits.SEND_RATE),
	JOIN_BURST: burst.default(limits.JOIN_BURST),
	JOIN_RATE: positive.default(limits.JOIN_RATE),
	ROOM_BURST: burst.default(limits.ROOM_BURST),
	ROOM_RATE: positive.default(limits.ROOM_RATE),
	READ_BURST: burst.default(limits.READ_BURST),
	READ_RATE: positive.default(limits.READ_RATE),
	JOINING: z.enum(JOINING, 'invite, open or closed').optional(),
	READING: z.enum(READING, 'members or everyone').optional(),
	SETUP_TOKEN: z
		.string()
		.regex(/^[\w-]{16,200}$/, '16 to 200 letters, digits, - and _')
		.optional(),
	SESSION_DAYS: whole(1, 400).default(limits.SESSION_DAYS),
	SIGNIN_BURST: burst.default(limits.GUESS_BURST),
	SIGNIN_RATE: positive.default(limits.GUESS_RATE),
	SOCKETS_PER_ADDRESS: whole(1, 1_000_000).default(limits.SOCKETS_PER_ADDRESS),
	SOCKETS_PER_PERSON: whole(1, 1_000_000).default(limits.SOCKETS_PER_PERSON),
	PRESENCE: z.enum(['on', 'off'], 'on or off').optional(),
	UPLOAD_MAX: whole(0, 1_000_000).default(limits.UPLOAD_MAX),
	UPLOAD_TOTAL: whole(0, 1_000_000_000).default(limits.UPLOAD_TOTAL),
	UPLOAD_MIN_FREE: whole(0, 1_000_000_000).default(limits.UPLOAD_MIN_FREE),
	S3_ENDPOINT: url('http:', 'https:').optional(),
	S3_BUCKET: z
		.string()
		.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket')
		.optional(),
	S3_KEY: z.string().optional(),
	S3_SECRET: z.string().optional(),
	LOG_LEVEL: z.enum(['error', 'info', 'debug'], 'error, info or debug').default('info')
});

export type Environment = z.infer<typeof Environment>;

export const SETTING_NAMES: readonly string[] = Object.keys(Environment.shape);

export type StoreSettings =
	| { mode: 'embedded'; dataDir: string; apiKey: string | undefined; maxValueBytes: number | undefined }
	| {
			mode: 'shared';
			databaseUrl: string;
			/** Whether the database does without a synchronous standby. */
			databaseAlone: boolean;
			apiKey: string | undefined;
			maxValueBytes: number | undefined;
	  }
	| {
			mode: 'hosted';
			baseUrl: string;
			apiKey: string;
			socketUrl: string;
			maxValueBytes: number | undefined;
			memoryMs: number;
	  };

export interface S3Settings {
	endpoint: string;
	bucket: string;
	key: string;
	secret: string;
}

export interface FileSettings {
	/** Bytes. All 0 where uploads are off. */
	sizes: { most: number; total: number; leastFree: number };
	/** Of files that are stored on this disk, and of uploads that are not whole. */
	folder: string;
	parts: string;
	s3: S3Settings | undefined;
	/** A store of several nodes needs a bucket: uploads are off. */
	lacksBucket: boolean;
}

export interface Rate {
	burst: number;
	rate: number;
}

export interface Settings {
	listen: { host: string; port: number };
	/** A second port, listened on where that is allowed. */
	extraPort: number | undefined;
	/** Public addresses, if they differ from `listen`; the first is the main one. */
	origins: readonly string[];
	/** Header with the client address, and which entry of X-Forwarded-For, counted from the last. */
	proxy: { header: string; depth: number } | undefined;
	store: StoreSettings;
	/** In lines of the log; undefined: there are no other nodes. */
	nodeName: string | undefined;
	/** Seconds between SIGTERM, when /readyz says so to balancers, and the stop. */
	drainSeconds: number;
	/** Sends and rooms count for a person, joins and reads for a network. */
	sends: Rate;
	joins: Rate;
	rooms: Rate;
	reads: Rate;
	signIns: Rate;
	pins: Partial<Pick<Place, 'joining' | 'reading'>>;
	/** Opens the set-up, beside the link that the start prints. */
	setupToken: string | undefined;
	/** Days without use after which a session ends. */
	sessionDays: number;
	sockets: { perAddress: number; perPerson: number };
	/** Presence and typing. On a hosted endpoint, each beat is a billed call. */
	presence: boolean;
	files: FileSettings;
	snapshots: string;
	logLevel: Environment['LOG_LEVEL'];
}

export function readSettings(environment: Record<string, string | undefined>): Settings {
	// An empty variable, as in a copied example file, counts as not set.
	const set = Object.fromEntries(
		Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
	);
	const parsed = Environment.safeParse(set);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const name = String(issue?.path[0]);
		// Never print a key or a password, even an invalid one.
		const given = /_(KEY|TOKEN|SECRET)$|^DATABASE_URL$/.test(name) ? '' : `, not "${set[name]}"`;
		throw new SettingsError(`${name} should be ${issue?.message}${given}`);
	}
	const env = parsed.data;
	return {
		listen: { host: env.HOST, port: env.PORT },
		extraPort: env.EXTRA_PORT,
		origins: env.ORIGIN ?? [],
		proxy: env.ADDRESS_HEADER ? { header: env.ADDRESS_HEADER.toLowerCase(), depth: env.XFF_DEPTH } : undefined,
		store: storeSettings(env),
		nodeName: env.NODE_NAME ?? (env.DATABASE_URL ? `${hostname()}:${env.PORT}` : undefined),
		drainSeconds: env.DRAIN_SECONDS,
		sends: { burst: env.SEND_BURST, rate: env.SEND_RATE },
		joins: { burst: env.JOIN_BURST, rate: env.JOIN_RATE },
		rooms: { burst: env.ROOM_BURST, rate: env.ROOM_RATE },
		reads: { burst: env.READ_BURST, rate: env.READ_RATE },
		signIns: { burst: env.SIGNIN_BURST, rate: env.SIGNIN_RATE },
		pins: { ...(env.JOINING && { joining: env.JOINING }), ...(env.READING && { reading: env.READING }) },
		setupToken: env.SETUP_TOKEN,
		sessionDays: env.SESSION_DAYS,
		sockets: { perAddress: env.SOCKETS_PER_ADDRESS, perPerson: env.SOCKETS_PER_PERSON },
		presence: env.PRESENCE ? env.PRESENCE === 'on' : !env.HPKV_BASE_URL,
		files: fileSettings(env),
		snapshots: join(env.DATA_DIR, 'snapshots'),
		logLevel: env.LOG_LEVEL
	};
}

const MB = 1_000_000;

function fileSettings(env: Environment): FileSettings {
	const { S3_ENDPOINT, S3_BUCKET, S3_KEY, S3_SECRET } = env;
	const given = { S3_ENDPOINT, S3_BUCKET, S3_KEY, S3_SECRET };
	const missing = Object.entries(given).filter(([, value]) => value === undefined);
	if (missing.length > 0 && missing.length < 4) {
		throw new SettingsError(
			`${missing.map(([name]) => name).join(', ')} should be set as well: a bucket needs all of S3_ENDPOINT, S3_BUCKET, S3_KEY and S3_SECRET`
		);
	}
	const s3 =
		S3_ENDPOINT && S3_BUCKET && S3_KEY && S3_SECRET
			? { endpoint: S3_ENDPOINT.replace(/\/+$/, ''), bucket: S3_BUCKET, key: S3_KEY, secret: S3_SECRET }
			: undefined;
	const lacksBucket = !s3 && Boolean(env.HPKV_BASE_URL ?? env.DATABASE_URL);
	const sizes = { most: env.UPLOAD_MAX * MB, total: env.UPLOAD_TOTAL * MB, leastFree: env.UPLOAD_MIN_FREE * MB };
	return {
		sizes: lacksBucket ? { most: 0, total: 0, leastFree: 0 } : sizes,
		folder: join(env.DATA_DIR, 'files'),
		parts: join(env.DATA_DIR, 'uploads'),
		s3,
		lacksBucket
	};
}

function storeSettings(env: Environment): StoreSettings {
	const maxValueBytes = env.HPKV_MAX_VALUE_BYTES;
	if (!env.HPKV_BASE_URL) {
		// The host chooses this key, so a short one is refused; the length of a hosted key is given.
		if (env.HPKV_API_KEY && env.HPKV_API_KEY.length < 16) {
			throw new SettingsError('HPKV_API_KEY should be a key of at least 16 characters');
		}
		if (env.DATABASE_URL) {
			const { DATABASE_URL: databaseUrl, DATABASE_ALONE: alone, HPKV_API_KEY: apiKey } = env;
			return { mode: 'shared', databaseUrl, databaseAlone: alone === '1', apiKey, maxValueBytes };
		}
		return { mode: 'embedded', dataDir: env.DATA_DIR, apiKey: env.HPKV_API_KEY, maxValueBytes };
	}
	if (env.DATABASE_URL) {
		throw new SettingsError('DATABASE_URL should be unset where HPKV_BASE_URL names another store');
	}
	if (!env.HPKV_API_KEY) throw new SettingsError('HPKV_API_KEY should be the key of the endpoint at HPKV_BASE_URL');
	const baseUrl = env.HPKV_BASE_URL.replace(/\/+$/, '');
	return {
		mode: 'hosted',
		baseUrl,
		apiKey: env.HPKV_API_KEY,
		socketUrl: socketAddress(env.HPKV_WS_URL ?? baseUrl),
		maxValueBytes,
		memoryMs: env.STORE_MEMORY_SECONDS * 1_000
	};
}

/** Same rule as in HPKV's own clients: http becomes ws, and the path ends with /ws. */
function socketAddress(base: string): string {
	const address = base.replace(/^http/, 'ws').replace(/\/+$/, '');
	return address.endsWith('/ws') ? address : `${address}/ws`;
}
