/** Frames, bodies and bytes that no honest client would send, or nearly. */
import { below, pick, type Random } from './random.ts';

const TEXTS = [
	...['', 'a', 'f:a', 'f:n', 'f:o', 'é', '日本語', '🙂', '\0', 'a\0b', '\uD800', 'x\uDFFF', '__proto__', 'constructor'],
	...[
		'../../etc/passwd',
		'%2e%2e%2f',
		'.*',
		'x|.*',
		'\u202E',
		'{"a":1}',
		'{"__proto__":{"polluted":1}}',
		'{"a":{"b":null}}'
	],
	...[
		'k'.repeat(512),
		'k'.repeat(513),
		'v'.repeat(10_240),
		'v'.repeat(10_241),
		'{'.repeat(2_000),
		'[]',
		'null',
		'-5',
		'9007199254740991'
	]
];
const NUMBERS = [
	0,
	-0,
	1,
	-1,
	2,
	3,
	4,
	5,
	6,
	7,
	99,
	0.5,
	1e9,
	-1e9,
	2 ** 31,
	2 ** 53,
	-(2 ** 53),
	1e308,
	9007199254740991
];
const LITERALS = [
	'null',
	'true',
	'[]',
	'{}',
	'[[[[]]]]',
	'1e999',
	'-1e999',
	'99999999999999999999999',
	'"\\ud800"',
	'NaN',
	"'x'"
];

/** Often one that is in order, so that much of the rest is looked at too. */
const key = (random: Random): string =>
	random() < 0.7 ? JSON.stringify(pick(random, ['f:a', 'f:n', 'f:o', 'g:a'])) : text(random);
const text = (random: Random): string => JSON.stringify(pick(random, TEXTS));
const number = (random: Random): string => String(pick(random, NUMBERS));
const anything = (random: Random): string => pick(random, [text, number, () => pick(random, LITERALS)])(random);
const mostly = (random: Random, honest: (random: Random) => string): string =>
	random() < 0.8 ? honest(random) : anything(random);

const FIELDS = [
	'op',
	'key',
	'value',
	'endKey',
	'limit',
	'messageId',
	'timestamp',
	'__proto__',
	'constructor',
	'type',
	'code',
	'error'
];

/** A JSON object of an operation's members, some wrong, missing, doubled or strange. */
export function frame(random: Random): string {
	const honest: Record<string, (random: Random) => string> = {
		op: () => String(1 + below(random, 6)),
		key,
		value: random() < 0.5 ? text : number,
		endKey: key,
		limit: number,
		messageId: number
	};
	const members = FIELDS.flatMap((name) => {
		const chance = Object.hasOwn(honest, name) ? 0.85 : 0.05;
		const times = random() < chance ? (random() < 0.03 ? 2 : 1) : 0;
		return Array.from(
			{ length: times },
			() => `"${name}":${mostly(random, Object.hasOwn(honest, name) ? honest[name]! : anything)}`
		);
	});
	return spoiled(random, `{${members.join(',')}}`);
}

/** The body of some REST request. */
export function body(random: Random): string {
	const honest: Record<string, (random: Random) => string> = {
		key,
		value: text,
		increment: number,
		partialUpdate: () => String(random() < 0.5),
		subscribeKeys: () => `[${text(random)}]`,
		subscribePatterns: () => `[${text(random)}]`,
		accessPattern: text,
		__proto: anything
	};
	const members = Object.entries(honest)
		.filter(([name]) => random() < (name === 'key' || name === 'value' ? 0.9 : 0.4))
		.map(([name, value]) => `"${name.replace('__proto', '__proto__')}":${mostly(random, value)}`);
	return spoiled(random, `{${members.join(',')}}`);
}

/** One in ten is no longer JSON, or not in UTF-16 as it was. */
function spoiled(random: Random, json: string): string {
	if (random() < 0.9) return json;
	const at = below(random, json.length);
	return pick(random, [
		json.slice(0, at),
		json.slice(at),
		json.slice(0, at) + pick(random, ['"', '{', '\\', '\0', '\uFEFF', ',', '\u2028']) + json.slice(at + 1),
		`[${json}]`,
		anything(random)
	]);
}

const PATHS = [
	'/record',
	'/record/atomic',
	'/record/f:a',
	'/records',
	'/token/websocket',
	'/search',
	'/ws',
	'/record/%zz',
	'/record/%00',
	'//record',
	'/record/..%2f',
	'/'
];
export const METHODS = [
	...Array<string>(8).fill('GET'),
	...Array<string>(12).fill('POST'),
	'DELETE',
	'PUT',
	'OPTIONS',
	'HEAD'
];

export function path(random: Random): string {
	const encoded = () => encodeURIComponent(pick(random, TEXTS).toWellFormed());
	const query = random() < 0.4 ? `?startKey=${encoded()}&endKey=${encoded()}&limit=${number(random)}` : '';
	return (random() < 0.3 ? `/record/${encoded()}` : pick(random, PATHS)) + query;
}

/** Bytes in the place of WebSocket frames: any opcode, length, mask and reserved bit. */
export function bytes(random: Random): Buffer {
	const head = Buffer.from(Array.from({ length: 2 + below(random, 12) }, () => below(random, 256)));
	if (random() < 0.5) head[0] = 0x80 | pick(random, [0, 1, 2, 8, 9, 10]);
	if (random() < 0.5) head[1] = 0x80 | below(random, 128);
	return Buffer.concat([head, Buffer.alloc(below(random, 400), below(random, 256))]);
}
