/** Settings of the store run alone, from the environment. */
import { z } from 'zod';
import { EMBEDDED_MAX_VALUE_BYTES, LARGEST_MAX_VALUE_BYTES, SMALLEST_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { addressesIn } from '../engine/postgres/address.ts';
import { DATA_DIR_RULE, expandHome, namesOthersHome } from './home-directory.ts';

export interface Settings {
	host: string;
	port: number;
	prefix: string;
	dataDir: string;
	/** The shared database; undefined: the records are in `dataDir`. */
	databaseUrl: string | undefined;
	/** Whether the database does without a synchronous standby. */
	databaseAlone: boolean;
	apiKey: string | undefined;
	maxValueBytes: number;
	allowedOrigins: string[];
	corsOrigins: string[];
	ratePerSecond: number;
	maxConnections: number | undefined;
	maxConnectionsPerAddress: number | undefined;
}

const whole = (least: number, most: number) => {
	const error = `must be a whole number from ${least} to ${most}`;
	return z
		.string()
		.regex(/^\d+$/, { error })
		.transform(Number)
		.refine((number) => number >= least && number <= most, { error });
};

const isOrigin = (text: string) => URL.parse(text)?.origin === text;

const origins = (andAny: boolean) => {
	const any = andAny ? ', or *' : '';
	return z
		.string()
		.transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''))
		.refine((list) => list.every((origin) => isOrigin(origin) || (andAny && origin === '*')), {
			error: `must be origins such as https://chat.example.org, separated by commas${any}`
		});
};

const Environment = z.object({
	HPKV_HOST: z.string().default('127.0.0.1'),
	HPKV_PORT: whole(0, 65_535).default(3100),
	HPKV_PREFIX: z
		.string()
		.regex(/^(\/[\w.~-]+)*$/, { error: 'must be empty or a path such as /hpkv, without a slash at its end' })
		.default(''),
	DATA_DIR: z
		.string()
		.refine((path) => !namesOthersHome(path), { error: `must be ${DATA_DIR_RULE}` })
		.transform(expandHome)
		.default('./data'),
	DATABASE_URL: z
		.string()
		.refine((url) => addressesIn(url) !== undefined, {
			error: 'must be postgres://user:password@host/name, of several hosts with commas between'
		})
		.optional(),
	DATABASE_ALONE: z.enum(['0', '1'], { error: 'must be 0 or 1' }).default('0'),
	HPKV_BASE_URL: z.string().optional(),
	HPKV_API_KEY: z
		.string()
		.regex(/^[\x21-\x7e]{16,256}$/, { error: 'must be 16 to 256 printable characters without a space' })
		.optional(),
	HPKV_MAX_VALUE_BYTES: whole(SMALLEST_MAX_VALUE_BYTES, LARGEST_MAX_VALUE_BYTES).default(EMBEDDED_MAX_VALUE_BYTES),
	HPKV_ALLOWED_ORIGINS: origins(false).default([]),
	HPKV_CORS_ORIGINS: origins(true).default([]),
	HPKV_RATE_PER_SECOND: whole(0, 1_000_000).default(0),
	HPKV_MAX_CONNECTIONS: whole(1, 1_000_000).optional(),
	HPKV_MAX_CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000).optional()
});

/** The settings, or a sentence for each wrong variable. An empty variable counts as unset. */
export function readSettings(environment: Record<string, string | undefined>): Settings | { wrong: string[] } {
	const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
	const parsed = Environment.safeParse(given);
	if (!parsed.success) {
		return { wrong: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`) };
	}
	const set = parsed.data;
	if (set.DATABASE_URL !== undefined && set.HPKV_BASE_URL !== undefined) {
		return { wrong: ['DATABASE_URL and HPKV_BASE_URL name two stores: set one of them.'] };
	}
	return {
		host: set.HPKV_HOST,
		port: set.HPKV_PORT,
		prefix: set.HPKV_PREFIX,
		dataDir: set.DATA_DIR,
		databaseUrl: set.DATABASE_URL,
		databaseAlone: set.DATABASE_ALONE === '1',
		apiKey: set.HPKV_API_KEY,
		maxValueBytes: set.HPKV_MAX_VALUE_BYTES,
		allowedOrigins: set.HPKV_ALLOWED_ORIGINS,
		corsOrigins: set.HPKV_CORS_ORIGINS,
		ratePerSecond: set.HPKV_RATE_PER_SECOND,
		maxConnections: set.HPKV_MAX_CONNECTIONS,
		maxConnectionsPerAddress: set.HPKV_MAX_CONNECTIONS_PER_ADDRESS
	};
}
