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
/** A room's address stands in every link to it: `ﷺ` alone is 18 letters there. */
export const MAX_ROOM_ADDRESS = 100;
/** Two lines below a room's name. */
export const MAX_ROOM_TOPIC = 200;
/** Fits beside a message's time. */
export const MAX_PERSON_NAME = 40;

// ── One message: what it can cost each reader, however it is written, changed or answered. ─────────────────────────────
/** Names that are looked up for one message: names have spaces, so a single mention can ask for some of them. */
export const MAX_NAME_LOOKUPS = 24;
/** People whom one message mentions: each is a record, and is told. */
export const MAX_MENTIONED_PEOPLE = 10;
/** Lines and characters (code points) that a reply quotes: enough to know the message again, and its permalink leads to the rest. */
export const QUOTE_LINES = 5;
export const QUOTE_CHARACTERS = 280;
/** How often a quote that is cut is cut further back until no sign is left open: each try reads it again. */
export const QUOTE_CUTS = 16;
/** Characters (code points) that are looked at of the quote that a form brings along: a longer one fits no message. */
export const MAX_QUOTE = MAX_MESSAGE;
/** Characters (UTF-16 units) that may be an emoji or its name with colons: the longest name has 40, an emoji 28. */
export const MAX_EMOJI_NAME = 64;
/** Half-written edits that a browser keeps: more are forgotten texts, and its storage holds 5 MB for all of the site. */
export const MAX_KEPT_EDITS = 20;
/** Elements of what a message's markup makes: eighty items of a list with bold words in each. Beyond, it is shown as typed. */
export const MAX_MESSAGE_ELEMENTS = 300;
/** Different emoji under a message: a line or two of chips. */
export const MAX_REACTION_KINDS = 20;
/** Reactions of all people to a message: each is 100 to 250 bytes of every page that shows it. */
export const MAX_REACTIONS = 2_000;
/** Bytes of what one person thought of one emoji under a message, on and off again: some twenty times with the longest name. */
export const MAX_REACTION_LOG_BYTES = 5_000;
/** Names told beside a reaction; the others are counted. */
export const MAX_REACTION_NAMES = 20;

// ── Answers: what one page or one question can cost the server and the line. ──────────────────────────────────────────
/** Messages on a page: a screenful or two. */
export const PAGE = 50;
/** Numbers that a reader may be behind, and be told what it lacks; beyond, it opens the newest page. */
export const MAX_NUMBERS_BEHIND = 2_000;
/** Runs of numbers that a reader may lack: each costs the store two ranges. Beyond, it opens the newest page. */
export const MAX_HOLE_RUNS = 64;
/** Late or edited messages that one answer looks up one by one; the others come with the next answer. */
export const MAX_LOOKUPS_PER_ANSWER = 64;
/** Bytes of messages and changes in one answer, which stays below 1 MB with all else that it tells. */
export const MAX_ANSWER_BYTES = 700_000;
/** Of these, bytes of changes: an answer has room for messages as well. */
export const MAX_CHANGE_BYTES = 200_000;
/** Bytes of a page of a room, with what its script needs, by an estimate that is rather too high. Fewer messages are shown. */
export const MAX_PAGE_BYTES = 900_000;
/** Messages that a page holds at most, when more are put to it; those farthest from the reader go. */
export const MOST_SHOWN = 300;
/** Of a reader at the newest message: scrolling up brings older ones back, and each row costs every message that comes. */
export const MOST_SHOWN_AT_END = 150;

/** Formatters kept, one a zone in use, 50 kB each: people of one place live in a few zones. */
export const MAX_ZONE_FORMATTERS = 64;
/** Names of zones kept, known or not; there are about 600 real ones. */
export const MAX_KNOWN_ZONES = 1_000;

// ── Rooms and lists. ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Rooms on a page of the list: 40 kB of HTML, some fifteen screenfuls. The others are on the pages after it. */
export const ROOMS_ON_PAGE = 100;
/** Rooms that a script is answered with to find one by its name: 150 kB. */
export const ROOMS_TO_SEARCH = 1_000;
/** Rooms that an operator looks through, and may archive, at a time. */
export const OPERATOR_ROOMS_ON_PAGE = 100;
/** Rooms whose names come to one address (C, C++, C#) get it with a number up to this, each after a look-up of those before. */
export const MAX_ADDRESS_NUMBER = 50;
/** Mentions of one person that are kept for one room: one more than a count shows, which is 99+ then. */
export const MAX_MENTIONS_IN_A_ROOM = 100;
/** Bytes of a person's mentions that a list of rooms reads: some 6,000 mentions. */
export const MAX_MENTION_LIST_BYTES = 400_000;

// ── Rates: so many at once, then so many a second. Those of settings.ts are defaults. ────────────────────────────────
/** Messages of a person: a quick exchange, then one a second. */
export const SEND_BURST = 10;
export const SEND_RATE = 1;
/** A whole office may sit behind one address: so many people's messages. */
export const PEOPLE_BEHIND_AN_ADDRESS = 50;
/** New people of an address: twenty at once, then twenty an hour. A name stays taken for good. */
export const JOIN_BURST = 20;
export const JOIN_RATE = 0.0056;
/** Refused names for each accepted one, of people and of rooms: typos block nobody, and nobody tries all names. */
export const REFUSED_NAMES_PER_NAME = 10;
/** New names of a person, for each new person of an address: people rename themselves less often than people join. */
export const RENAMES_PER_JOIN = 0.5;
/** New rooms of a person: ten at once, then ten an hour. A room stands in everybody's list for good. */
export const ROOM_BURST = 10;
export const ROOM_RATE = 0.0028;
/** Rooms of an address: what ten people may create. */
export const ROOM_MAKERS_BEHIND_AN_ADDRESS = 10;
/** Requests of an address: 60 people with 5 tabs, each asking twice every 25 s, are 24 a second; the rest is for pages. */
export const READ_BURST = 2_000;
export const READ_RATE = 100;
/** Sign-ins of an address: an office on a Monday morning. */
export const SIGN_IN_BURST = 100;
export const SIGN_IN_RATE = 1;
/** Unknown sign-in and operator links of an address: a link copied badly is tried a few times. */
export const REFUSED_LINK_BURST = 20;
export const REFUSED_LINK_RATE = 0.1;
/** Sessions and sign-in links of a person, each a record that stays: a few devices, then ten an hour. */
export const SESSION_BURST = 20;
export const SESSION_RATE = 0.0028;
export const SIGN_IN_LINK_BURST = 10;
export const SIGN_IN_LINK_RATE = 0.0028;
/** Read marks of a person: a page sets one every 1.5 s at most, and people have several open. Each is five operations. */
export const READ_MARK_BURST = 30;
export const READ_MARK_RATE = 4;
/** Descriptions and archivings of a person for each room that they may create: each wakes every page that is open. */
export const ROOM_CHANGES_PER_ROOM = 2;
/** What an operator does to people and rooms: by hand. */
export const OPERATOR_BURST = 60;
export const OPERATOR_RATE = 1;
/** Themes chosen and sessions left, of an address: by hand. */
export const PREFERENCE_BURST = 100;
export const PREFERENCE_RATE = 5;

// ── Presence: leases, beats and what is told of them. ─────────────────────────────────────────────────────────────────
/** People who are counted in a room, however many pages they have open; beyond them it is shown as `200+ here`. */
export const MAX_PEOPLE_HERE = 200;
/** Pages of one person that are kept count of: who closes one of so many is still there. */
export const MAX_TABS_HERE = 5;
/** Above so many people, who is writing is not told: it would be noise. */
export const MAX_PEOPLE_WRITING = 50;
/** Beats of a person: pages say that they are looked at every 24 s, and that somebody types every 3 s. */
export const BEAT_BURST = 30;
export const BEAT_RATE = 2;

// ── Connections: sockets and requests that take their time. ───────────────────────────────────────────────────────────
/** An office of 60 people with five pages each is 300; a tenth of all that the store holds open. */
export const SOCKETS_PER_ADDRESS = 1_000;
/** Pages that a person keeps open, each with a socket, and for a moment two. */
export const SOCKETS_PER_PERSON = 20;
/** A page uses its token for one socket, and again after a line was lost. */
export const SOCKETS_PER_TOKEN = 10;
/** Our pages send none. */
export const BAD_FRAMES_PER_SOCKET = 10;
/** Sockets of a person that are closed for such frames within a minute. */
export const BAD_SOCKETS_PER_PERSON = 5;
/** Connections in all: the store's 10,000 sockets, and 2,000 that ask for pages meanwhile. */
export const MAX_OPEN_CONNECTIONS = 12_000;
/** Files that the process needs for itself, of those that the system allows it: the rest may be connections. */
export const RESERVED_FILES = 256;
/** Connections of one address that carry no socket: as many as it may have sockets, and never more than half of all. */
export const MAX_HTTP_CONNECTIONS_PER_ADDRESS = 1_000;
/** Refused connections that may read why at the same time; beyond, a connection is closed without a word. */
export const MAX_CONNECTION_REFUSALS = 64;
/** A browser reads a refusal of 200 bytes at once; later, the connection is closed. */
export const CONNECTION_REFUSAL_TIMEOUT_MS = 1_000;
/** Requests for pages that are worked on at a time, each up to 40 ms of the one processor: another one is at hand within 0.2 s. */
export const REQUESTS_AT_WORK = 16;
/** Of one network: enough that nothing idles while one of them waits for the disk. */
export const REQUESTS_AT_WORK_PER_NETWORK = 4;
/** With a store elsewhere requests wait 30 to 300 ms for it: so many times more of them at a time. */
export const REMOTE_STORE_FACTOR = 16;
/** Answers that the readers of a network have not taken yet, up to 0.9 MB each; most fit what the system holds. */
export const MAX_UNREAD_ANSWERS_PER_NETWORK = 64;
/** An office whose pages all come back after a restart: 60 people with five tabs, each with two questions. */
export const MAX_WAITING_REQUESTS_PER_NETWORK = 1_000;
/** A browser sends the head of a request in one piece; a slow one holds a connection. */
export const HEAD_TIMEOUT_MS = 10_000;
/** All of a form, head and body: half a megabyte over a line of 140 kbit/s. An upload needs a route of its own. */
export const FORM_TIMEOUT_MS = 30_000;
/** No byte moves, in or out: nobody is there any more, or somebody holds an answer's memory. */
export const PAUSE_TIMEOUT_MS = 30_000;
/** A form in all: fifty times the longest message, with everything in it escaped. */
export const MAX_FORM_BYTES = 512 * 1_024;
/** Lines of the log for each kind of refusal that comes before the limit of requests: enough to see what is wrong. */
export const MAX_REFUSAL_LINES_PER_MINUTE = 10;
/** What is read of a refused body, so that its sender gets to read the refusal instead of a reset. */
export const MAX_DRAINED_BYTES = 16 * 1_024 * 1_024;
