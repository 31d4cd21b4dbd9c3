/**
 * The one table of limits: what people may type, and what one of them can cost everybody else. A row is a number with its
 * unit and subject in the name, and the reason in one line. What a host may change is a default here and a variable in
 * server/settings.ts. No imports: pages and host code read it as well. The store has its own (hpkv/protocol/limits.ts).
 */

// ── Text, in characters (code points). The stored record must fit the store as well: see server/posts.ts. ──────────────
/** About a page of prose: longer texts belong in a file. */
export const MAX_MESSAGE = 2_000;
/** Fits a line of the room list. */
export const MAX_ROOM_NAME = 60;
/** Two lines below a room's name. */
export const MAX_ROOM_TOPIC = 200;
/** Fits beside a message's time. */
export const MAX_PERSON_NAME = 40;

// ── One message: what it can cost each reader, however it is written, changed or answered. ─────────────────────────────

// ── Answers: what one page or one question can cost the server and the line. ──────────────────────────────────────────
/** Messages on a page: a screenful or two. */
export const PAGE = 50;
/** Numbers that a reader may be behind, and be told what it lacks; beyond, it opens the newest page. */
export const MAX_NUMBERS_BEHIND = 2_000;
/** Runs of numbers that a reader may lack: each costs the store two ranges. Beyond, it opens the newest page. */
export const MAX_HOLE_RUNS = 64;
/** Bytes read from the store for one answer: as JSON they are no more, and stay below 1 MB with all else that it tells. */
export const MAX_ANSWER_BYTES = 700_000;
/** Of these, bytes of changes: an answer has room for messages as well. */
export const MAX_CHANGE_BYTES = 200_000;
/** Messages that a page holds at most, when more are put to it; those farthest from the reader go. */
export const MOST_SHOWN = 300;

// ── Rooms and lists. ──────────────────────────────────────────────────────────────────────────────────────────────────

// ── Rates: so many at once, then so many a second. ────────────────────────────────────────────────────────────────────

// ── Presence: leases, beats and what is told of them. ─────────────────────────────────────────────────────────────────

// ── Connections: sockets and requests that take their time. ───────────────────────────────────────────────────────────
