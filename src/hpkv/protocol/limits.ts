/**
 * Every number of the store, each with its source. "Hosted" is hpkv.io; what it does where nothing is published is a
 * guess, and then the strictest reading that its own clients' tests still pass was taken.
 */

const KIB = 1024;
const SECOND = 1000;

/** Bytes of UTF-8 in a key. HPKV's binary client (rioc.h) has 512; the longest key in any official suite is 224. */
export const MAX_KEY_BYTES = 512;

/** Bytes of UTF-8 in a value of the embedded store: 8,000 characters of any script as JSON fit with room to spare. */
export const EMBEDDED_MAX_VALUE_BYTES = 40_960;

/** Hosted seems to refuse more than 3,072 bytes (hpkvfs splits its files at 3,000 because of it). */
export const HOSTED_MAX_VALUE_BYTES = 3_000;

/**
 * What a configuration may ask for: a claim or a message with its names fits in 1 KiB; hosted's own 100 KiB is refused by
 * the official suite, so nobody relies on more.
 */
export const SMALLEST_MAX_VALUE_BYTES = 1 * KIB;
export const LARGEST_MAX_VALUE_BYTES = 64 * KIB;

/** Records in a range: default and cap, both from the REST client's own documentation. */
export const RANGE_DEFAULT = 100;
export const RANGE_MAX = 1_000;

/** Bytes of records in one range's answer; then `truncated`, which the official types allow "due to size limits". */
export const RANGE_MAX_BYTES = 1024 * KIB;

/** Milliseconds that a token lives: documented as two hours. */
export const TOKEN_LIFE = 2 * 60 * 60 * SECOND;

/** `subscribeKeys` and `subscribePatterns` together. Ours: with keys of 30 bytes the token still fits a URL of 16 KiB. */
export const MAX_SUBSCRIPTIONS = 256;

/** Characters in a token. Ours: Node refuses a request whose head is larger than 16 KiB. */
export const MAX_TOKEN_LENGTH = 12 * KIB;

/** Characters in the name of a token's holder. Ours: an id has 26, and `dropped:{holder}` is a key. */
export const MAX_HOLDER_LENGTH = 128;

/** Holders of one token. Ours: a person and a session; each costs a get when a socket opens. */
export const MAX_HOLDERS = 4;

/** Characters in a pattern. Ours, see server/pattern.ts. */
export const MAX_PATTERN_LENGTH = 256;

/**
 * Instructions in a compiled accessPattern, and the sum of its counted repeats. Measured with re2js 2.10 on keys of 512
 * characters: 3,502 instructions take 36 ms, 504 under 8 ms; compiling 70 times `.{1000}` takes 75 ms.
 */
export const MAX_PATTERN_PROGRAM = 512;
export const MAX_PATTERN_REPEATS = 500;

/**
 * One frame or REST body. A character may be written as `\u0001`, six bytes; and the 100 KiB that the official suite
 * sends as too much should hear a 400, not a broken line.
 */
export const maxMessageBytes = (maxValueBytes: number): number => Math.max(128 * KIB, 6 * maxValueBytes + 4 * KIB);

/** A body beyond its limit is read and dropped up to here, so that its sender hears the 400; then the line is cut. */
export const MAX_DRAINED_BYTES = 1024 * KIB;

/** Fragments of one message and unparsed chunks: ws's defaults let 60,000 one-byte fragments hold 39 MiB, these 4. */
export const MAX_FRAGMENTS = 64;
export const MAX_BUFFERED_CHUNKS = 1_024;

/** Bytes that may wait for a slow reader before it is closed with 1013. Five stalled readers: 58 MiB in all, not 185. */
export const MAX_BUFFERED_BYTES = 1024 * KIB;

/** Operations of one socket under way at once, and ranges among them; beyond, 429. Official bursts are 30 operations. */
export const MAX_IN_FLIGHT = 1_024;
export const MAX_RANGES_IN_FLIGHT = 32;

/** Sockets in all and from one address. Ours: 11 KiB each, so 110 MiB in all; an office behind one address is 256. */
export const MAX_CONNECTIONS = 10_000;
export const MAX_CONNECTIONS_PER_ADDRESS = 256;

/** Milliseconds between pings; two unanswered ones end a socket. Proxies cut silent connections after 30 to 60 s. */
export const PING_EVERY = 20 * SECOND;
export const MISSED_PINGS = 2;

/** How long a socket that was closed for its bad frames counts for its holder, in milliseconds. */
export const BAD_SOCKET_COUNTS_FOR = 60 * SECOND;

/** Milliseconds for a closing handshake, of a dropped holder's socket, and for all of them when the store stops. */
export const CLOSE_TIMEOUT = 5 * SECOND;
export const DROP_TIMEOUT = 1 * SECOND;
export const STOP_TIMEOUT = 1 * SECOND;

/** Milliseconds in which the engine says the generations of a token's holders; beyond, the upgrade is answered 503. */
export const HOLDERS_TIMEOUT = 5 * SECOND;
