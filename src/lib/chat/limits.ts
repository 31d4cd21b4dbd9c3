/**
 * The one table of limits: what people may type, and what one person can cost the others. Each row gives its reason. A
 * limit that a host may change is the default of a variable in lib/server/runtime/settings.ts. No imports: pages and
 * host code read this file too. The store has its own limits (hpkv/protocol/limits.ts).
 */

/**
 * UTF-16 units of a name, a password or a code that are looked at: `normalize` takes a time that grows with the square of
 * combining marks, and 240,000 of them stop the process for 48 seconds. What is longer is too long in any case.
 */
export const MAX_NORMALIZED = 1_024;

// ── Text, in characters (code points). The stored record must fit the store as well: see server/messages/post-message.ts. ─
/** A log of a hundred lines, or four pages of prose; a longer text belongs in a file. */
export const MAX_MESSAGE = 8_000;
/** Characters or bytes left from which on the composer says how many. */
export const LENGTH_LEFT_SHOWN = 200;
/** Fits a line of the room list. */
export const MAX_ROOM_NAME = 60;
/** The address is part of every link to the room; `ﷺ` alone becomes 18 letters in it. */
export const MAX_ROOM_ADDRESS = 100;
/** Two lines below the room's name. */
export const MAX_ROOM_TOPIC = 200;
/** Fits the head of every page. */
export const MAX_PLACE_NAME = 60;
/** Two lines above the forms by which people sign in and join. */
export const MAX_WELCOME = 200;
/** Fits beside a message's time. */
export const MAX_PERSON_NAME = 40;
/** Parts of one log of names, of three to seven claims each: a node reads all of them once. */
export const MAX_NAME_PARTS = 200;
/** Names that one person has or had in one log: a log has room for about a thousand, and names stay with who had them. */
export const MAX_ALIKE_NAMES = 5;
/** Logs of names of which a process keeps the long parts, up to 0.5 MB each: 200 people who join fill one. */
export const KEPT_NAME_LOGS = 100;
/** The least that NIST SP 800-63B allows. The most is more than any sentence, and little work to hash. */
export const MIN_PASSWORD = 8;
export const MAX_PASSWORD = 256;
/** What a person says about themselves: two lines in the list of people. */
export const MAX_ABOUT = 140;
/** Says what is wrong; the reported message has its own copy in the same record. */
export const MAX_REPORT_REASON = 300;

// ── One message: what it can cost each reader, however it is written, changed or answered. ─────────────────────────────
/** Names looked up in the store for one message. Names contain spaces, so one `@` can need several look-ups. */
export const MAX_NAME_LOOKUPS = 24;
/** People whom one message mentions: each mention is a record and a notification. */
export const MAX_MENTIONED_PEOPLE = 10;
/** Characters (code points) read of the quote in a form of an earlier release; a longer quote fits no message. */
export const MAX_QUOTE = MAX_MESSAGE;
/** Length (UTF-16 units) of an emoji or of its name with colons: the longest name has 40, the longest emoji 28. */
export const MAX_EMOJI_NAME = 64;
/** Emoji that a picker shows as used lately: two rows. */
export const MAX_RECENT_EMOJI = 16;
/** Unsent edits that a browser keeps; its storage holds 5 MB for the whole site. */
export const MAX_KEPT_EDITS = 20;
/** HTML elements of one message: eighty list items with bold words. A message with more is shown as typed. */
export const MAX_MESSAGE_ELEMENTS = 300;
/** Different emoji under a message: one or two lines of chips. */
export const MAX_REACTION_KINDS = 20;
/** Reactions of all people to a message: each adds 100 to 250 bytes to every page that shows the message. */
export const MAX_REACTIONS = 2_000;
/** Log of one person and one emoji under a message: some twenty toggles with the longest name. */
export const MAX_REACTION_LOG_BYTES = 5_000;
/** Names listed beside a reaction; the others are counted. */
export const MAX_REACTION_NAMES = 20;

// ── Answers: what one page or one question can cost the server and the line. ──────────────────────────────────────────
/** Messages on a page: one or two screenfuls. */
export const PAGE = 50;
/** Numbers that a reader may be behind and still catch up; beyond, the reader opens the newest page. */
export const MAX_NUMBERS_BEHIND = 2_000;
/** Runs of consecutive holes that a reader may ask for: each costs the store two ranges. Beyond, the newest page is opened. */
export const MAX_HOLE_RUNS = 64;
/** Late or edited messages that one answer looks up one by one; the others come with the next answer. */
export const MAX_LOOKUPS_PER_ANSWER = 64;
/** Answered messages that one page or one question looks up, two operations each; a page shows the cards of others as links. */
export const MAX_ANSWERED_LOOKUPS = 25;
/** Messages and changes in one answer, which stays below 1 MB with its other fields. */
export const MAX_ANSWER_BYTES = 700_000;
/** Changes within MAX_ANSWER_BYTES, so that messages fit as well. */
export const MAX_CHANGE_BYTES = 200_000;
/** A room's page with its script data, by an estimate on the high side. Beyond, fewer messages are shown. */
export const MAX_PAGE_BYTES = 900_000;
/** Messages that a page holds; when more arrive, the messages farthest from the reader are removed. */
export const MOST_SHOWN = 300;
/** The same at the newest message: each row slows every arriving message, and scrolling up loads older messages. */
export const MOST_SHOWN_AT_END = 150;

/** Cached formatters, one a time zone, 50 kB each: people of one place live in few zones. */
export const MAX_ZONE_FORMATTERS = 64;
/** Cached zone names, valid or not; there are about 600 valid names. */
export const MAX_KNOWN_ZONES = 1_000;

// ── Rooms and lists. ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Rooms in the list of every page: three screenfuls. The others are on the pages of All rooms. */
export const LISTED_ROOMS = 100;
/** Direct messages in that list, newest first: a screenful. The others are on the pages of All messages. */
export const LISTED_DIRECT = 20;
/** Rooms on a page of All rooms, with previews, beside the data of the list of every page: together 60 kB of HTML. */
export const ROOMS_ON_PAGE = 50;
/** Rooms that a person has starred: they fit a record of 3,000 bytes, and leave room in LISTED_ROOMS for others. */
export const MAX_STARS = 80;
/** Characters (UTF-16 units) of a search that are looked at: the longest name, with room for marks. */
export const MAX_SEARCH = 200;
/** Rooms, and people, on the page of search results: a longer list is no answer. */
export const MAX_SEARCH_RESULTS = 50;
/** Characters of the sign-in page's address that carries what was shared: some proxies refuse 8 kB of address and cookies. */
export const MAX_SHARE_ADDRESS = 4_000;
/** Rooms that a person's page lists as common: each was let into by somebody. */
export const ROOMS_IN_COMMON = 50;
/** Rooms sent to a script that finds a room by name: 150 kB. */
export const ROOMS_TO_SEARCH = 1_000;
/** Rooms on one page of the list in which an operator archives rooms. */
export const OPERATOR_ROOMS_ON_PAGE = 100;
/** People on one page of the list in which an operator acts on them: each costs a range of sessions. */
export const OPERATOR_PEOPLE_ON_PAGE = 25;
/** People that the list is sorted and searched from: twenty ranges. Beyond, a person is found by their whole name. */
export const MAX_PEOPLE_LISTED = 10_000;
/** Sessions read for the time at which a person was last seen. */
export const SESSIONS_FOR_LAST_SEEN = 100;
/** Entries on a page of the audit log. */
export const AUDIT_ENTRIES_ON_PAGE = 50;
/** Entries of one export: 60 MB. */
export const MAX_EXPORTED_ENTRIES = 200_000;
/** Days for which the audit log and reports are kept. */
export const AUDIT_DAYS = 365;
/** Reports on a page; each may hold a whole message, 32 kB, in the HTML and in the data for the script. */
export const REPORTS_ON_PAGE = 12;
/** Tasks read at once: block a hundred people, and each has one. */
export const MAX_TASKS_READ = 1_000;
/** Messages of a blocked person deleted a second: each costs ten operations and wakes the readers of its room. */
export const DELETIONS_PER_SECOND = 50;
/** Messages looked through in one step of such a task, which then gives way to others. */
export const MESSAGES_SEARCHED_AT_ONCE = 2_000;
/** Rows of private rooms kept in memory, half a kilobyte each. */
export const MAX_UNLISTED_ROWS = 20_000;
/** How long such a row is kept where the store does not report the writes of others: four reads for each room of a person. */
export const UNLISTED_KEPT_MS = 30_000;
/** Read marks kept in memory for lists of rooms, a hundred bytes each; and how long those of one person are kept. */
export const MAX_KEPT_MARKS = 200_000;
export const KEPT_MARKS_MS = 60_000;
/** Newest messages of a room looked through for the members that it would have as a private room: one range. */
export const MESSAGES_SEARCHED_FOR_MEMBERS = 1_000;
/** Members on a page of a room's people: each costs one look-up. */
export const MEMBERS_ON_PAGE = 100;
/** Names that the field for adding a person offers without a script: 6 kB. */
export const OFFERED_NAMES = 200;
/** People whom the page that makes a room private lists by name as staying members; the page counts the others. */
export const STAYING_NAMED = 50;
/** Rooms of a blocked person that get new epochs in one step, at a hosted store: seven calls each. */
export const ROOMS_RENEWED_AT_ONCE = 20;
/** Private rooms on a page of the operators' list: each costs two look-ups and a range. */
export const OPERATOR_PRIVATE_ROOMS_ON_PAGE = 50;
/** Lines behind one message that say who came and left: two hundred people, one after another. Later ones are left out. */
export const MAX_LINES_OF_MESSAGE = 200;
/** Bytes of the line that they make together: two are in one live event, and a value may have 3,000. */
export const MAX_LINE_BYTES = 1_000;
/** Newest numbers of a room looked through for the message that a line stands behind: the others are void. */
export const NUMBERS_SEARCHED_FOR_LINE = 10;
/** People of direct messages: more are a room. */
export const MAX_DIRECT_PEOPLE = 8;
/** Parts, between commas, of the names that one conversation is begun with: a name may have commas of its own. */
export const MAX_RECIPIENT_PARTS = 32;
/** Names that a browser offers by itself where no script runs: 10 kB of HTML. Larger places need a typed name. */
export const MAX_NAMES_FOR_BROWSER = 200;
/** Highest number appended to an address that several rooms share (C, C++, C#): each lower number costs a look-up. */
export const MAX_ADDRESS_NUMBER = 50;
/** People on a page of the list of people: some ten screenfuls. */
export const PEOPLE_ON_PAGE = 100;
/** How long the list of people is kept where the store does not report the writes of others: 10,000 people are 20 ranges. */
export const PEOPLE_KEPT_MS = 30_000;
/** Written people that the list of people reads again one by one; beyond, it reads all. */
export const MAX_PEOPLE_READ_AGAIN = 500;
/** People whom a completion offers: a list that is seen at once. */
export const MAX_OFFERED_PEOPLE = 8;
/** Guests whose membership one completion looks up; the others are not offered. */
export const MAX_GUESTS_LOOKED_UP = 16;
/** Names that a page keeps of its completions: a morning's mentions. */
export const MAX_FOUND_NAMES = 200;
/** Newest messages with `@everyone` that a room's state keeps: 1.5 kB of a record of 3,000 bytes. */
export const MAX_EVERYONE_MARKS = 20;
/** People whom one `@here` tells: two operations each, and a record of 2.4 kB that lists them. */
export const MAX_PEOPLE_TOLD_HERE = 80;
/** Names that notified nobody, as a message's sender is told: one sentence each. */
export const MAX_UNNOTIFIED_NAMES = 5;
/** Mentions of one person kept for one room: one more than the count shows (99+). */
export const MAX_MENTIONS_IN_A_ROOM = 100;
/** A person's mentions that a list of rooms reads: some 6,000 mentions. */
export const MAX_MENTION_LIST_BYTES = 400_000;

// ── Rates: so many at once, then so many a second. Those of settings.ts are defaults. ────────────────────────────────
/** Messages of a person: a quick exchange, then one a second. */
export const SEND_BURST = 10;
export const SEND_RATE = 1;
/** An office may share one address: an address may send as many messages as this many people. */
export const PEOPLE_BEHIND_AN_ADDRESS = 50;
/** New people of an address: twenty at once, then twenty an hour. A name stays taken for good. */
export const JOIN_BURST = 20;
export const JOIN_RATE = 0.0056;
/** Refused names (of people and rooms) for each accepted name: allows typos, prevents trying all names. */
export const REFUSED_NAMES_PER_NAME = 10;
/** Renames of a person for each join of an address: people rename themselves less often than people join. */
export const RENAMES_PER_JOIN = 0.5;
/** New rooms of a person: ten at once, then ten an hour. A room stays in everybody's list for good. */
export const ROOM_BURST = 10;
export const ROOM_RATE = 0.0028;
/** Conversations that a person begins, each two permanent records: twenty at once, then sixty an hour. */
export const DIRECT_BURST = 20;
export const DIRECT_RATE = 0.0167;
/** Rooms of an address: as many as ten people may create. */
export const ROOM_MAKERS_BEHIND_AN_ADDRESS = 10;
/** Requests of an address: 60 people with 5 tabs, two requests a tab every 25 s, are 24 a second; the rest is for pages. */
export const READ_BURST = 2_000;
export const READ_RATE = 100;
/** Sign-ins of an address: an office on a Monday morning. */
export const OPENED_LINK_BURST = 100;
export const OPENED_LINK_RATE = 1;
/** Passwords, codes and passkeys tried from an address, for all names: an office after a restart. */
export const GUESS_BURST = 30;
export const GUESS_RATE = 0.1;
/** Passwords and codes tried for one name from one address: ten in three minutes. Other addresses are not held up. */
export const GUESS_BURST_PER_NAME = 10;
export const GUESS_RATE_PER_NAME = 0.056;
/** Passwords hashed at once, 19 MiB and 50 ms of a processor each: fewer where that would leave no processor for pages. */
export const HASHINGS_AT_ONCE = 2;
/** Passwords that wait to be hashed, some 2.5 s of work; beyond, a sign-in or a join is asked to try again. */
export const MAX_WAITING_SIGN_INS = 100;
/** Seconds in which most of them are hashed. */
export const HASHING_BUSY_S = 3;
/** Devices and sign-in links that one page looks up; ended ones are removed, so that the next page gets further. */
export const LISTINGS_LOOKED_UP = 100;
/** Devices and sign-in links on a person's page, the last ones first: ended ones make room for the others. */
export const DEVICES_SHOWN = 50;
export const LINKS_SHOWN = 50;
/** Passkeys of a person: their devices, and a few security keys. */
export const MAX_PASSKEYS = 20;
/** A challenge of a passkey is answered at once; people look for their security key first. */
export const CHALLENGE_MS = 5 * 60_000;
/** Recovery codes of a person: years of lost devices, on half a sheet of paper. */
export const RECOVERY_CODES = 10;
/** Unknown sign-in, set-up and invitation links of an address: people retry a badly copied link a few times. */
export const REFUSED_LINK_BURST = 20;
export const REFUSED_LINK_RATE = 0.1;
/** Invitations of a person, made or used as a guest: twenty at once, then twenty an hour. */
export const INVITATION_BURST = 20;
export const INVITATION_RATE = 0.0056;
/** Invitations of a person that let people in: each is a door that somebody must be able to look through. */
export const MAX_OPEN_INVITATIONS = 50;
/** Uses of an invitation. Its log of 3,000 bytes holds 176 uses, so losers of a race leave room. */
export const MAX_INVITATION_USES = 100;
/** Rooms of an invitation: each is two writes of the join. */
export const MAX_INVITED_ROOMS = 20;
/** Invitations on a page, each with a QR code of 4 kB. */
export const INVITATIONS_ON_PAGE = 10;
/** People listed under an invitation, two look-ups each; the others are counted. */
export const MAX_INVITED_NAMES = 10;
/** A link for another device is opened at once; a recovery link may wait for its person to come to a desk. */
export const DEVICE_LINK_MS = 10 * 60_000;
export const RECOVERY_LINK_MS = 4 * 60 * 60_000;
/** How long a person is told that a recovery link has signed them in: it may have been somebody else. */
export const RECOVERY_TOLD_MS = 30 * 24 * 60 * 60_000;
/** How long after a recovery a new password needs no current one, which was forgotten. */
export const RECOVERY_PASSWORD_MS = 15 * 60_000;
/** A session's last use is stored once in so long: it is shown by the hour. */
export const SESSION_USE_MS = 60 * 60_000;
/** Days without use after which a session ends; a browser keeps a cookie at most 400 days. */
export const SESSION_DAYS = 90;
/** How long a right holds that was asked for: what is stored later is asked for again, since a store may take half a minute. */
export const RIGHTS_KEPT_MS = 1_000;
/** How long a room's state names the memberships that were revoked: longer than any request lives. */
export const REVOKED_KEPT_MS = 10 * 60_000;
/** For how long a node of a hosted store uses an answer again (seconds; by setting): a notification of a change may be lost. */
export const STORE_MEMORY_SECONDS = 60;
/** The most that the setting allows: half of the time that the end of a session stays noted. */
export const MOST_STORE_MEMORY_SECONDS = 300;
/** How long a standing names the sessions that were ended: longer than any node remembers one. A person ends few in that time. */
export const ENDED_SESSIONS_KEPT_MS = 10 * 60_000;
/** How long a node of a hosted store knows that the counter of a room is not behind its records: a restore may set it back. */
export const COUNTER_CHECKED_MS = 60_000;
/** Send ids that a process knows it has tried: a repeated send reads the claim first, and takes no second number. */
export const MAX_TRIED_SENDS = 5_000;
/** How long the settings of the place are kept where the store does not report the writes of others. */
export const SETTINGS_KEPT_MS = 1_000;
/** Sessions and sign-in links of a person, each a permanent record: a few devices, then ten an hour. */
export const SESSION_BURST = 20;
export const SESSION_RATE = 0.0028;
export const SIGN_IN_LINK_BURST = 10;
export const SIGN_IN_LINK_RATE = 0.0028;
/** Changes of a person's password, passkeys, codes and sessions, by hand; each writes a few records. */
export const CREDENTIAL_BURST = 20;
export const CREDENTIAL_RATE = 0.02;
/** Read marks of a person: a page sets one every 1.5 s at most, and people open several pages. Each costs five operations. */
export const READ_MARK_BURST = 30;
export const READ_MARK_RATE = 4;
/** Descriptions and archivings of a person for each room that the person may create: each wakes every open page. */
export const ROOM_CHANGES_PER_ROOM = 2;
/** Members that a person adds and removes, by hand: a team at once. Each wakes every open page of the room. */
export const MEMBER_CHANGE_BURST = 60;
export const MEMBER_CHANGE_RATE = 0.1;
/** Actions of an operator on people and rooms, and revocations of invitations, done by hand. */
export const OPERATOR_BURST = 60;
export const OPERATOR_RATE = 1;
/** All checks of `doctor` from the page of the operators, in milliseconds: each reads all records, and asks a hosted store some fifty times. */
export const DOCTOR_EVERY_MS = 60_000;
export const DOCTOR_MOST_MS = 120_000;
/** So long a form waits for them; then the page says that they run. */
export const DOCTOR_AWAITED_MS = 20_000;
/** Completions of a person: a page asks once a pause in typing, and not again for what it knows. */
export const COMPLETION_BURST = 40;
export const COMPLETION_RATE = 5;
/** Reports of a person: each is a permanent copy of a message that operators read. Five at once, then ten an hour. */
export const REPORT_BURST = 5;
export const REPORT_RATE = 0.0028;
/** Theme choices, orders of rooms, stars, profiles and sign-outs of an address, done by hand. */
export const PREFERENCE_BURST = 100;
export const PREFERENCE_RATE = 5;

// ── Presence: leases, beats and notifications. ────────────────────────────────────────────────────────────────────────
/** People counted in a room, over all their pages; a room with more is shown as `200+ online`. */
export const MAX_PEOPLE_HERE = 200;
/** Faces shown beside a room's name; the others are counted. */
export const MAX_FACES = 4;
/** Tracked pages of one person: a person who closes one of so many is still present. */
export const MAX_TABS_HERE = 5;
/** Above so many people in a room, typists are not announced: it would be noise. */
export const MAX_PEOPLE_WRITING = 50;
/** Beats of a person: a viewed page sends one every 24 s, a typing person sends one every 3 s. */
export const BEAT_BURST = 30;
export const BEAT_RATE = 2;

// ── Connections: sockets and requests that take their time. ───────────────────────────────────────────────────────────
/** An office of 60 people with five pages each is 300; a tenth of all sockets that the store holds. */
export const SOCKETS_PER_ADDRESS = 1_000;
/** Open pages of a person: one socket each, for a moment two. */
export const SOCKETS_PER_PERSON = 20;
/** A page uses its token for one socket, and again after a lost connection. */
export const SOCKETS_PER_TOKEN = 10;
/** Parley's own pages send no bad frames. */
export const BAD_FRAMES_PER_SOCKET = 10;
/** Sockets of a person closed for bad frames within a minute. */
export const BAD_SOCKETS_PER_PERSON = 5;
/** All connections: the store's 10,000 sockets and 2,000 page requests. */
export const MAX_OPEN_CONNECTIONS = 12_000;
/** File descriptors kept for the process itself; the rest of the limit of the system is for connections and downloads. */
export const RESERVED_FILES = 256;
/** Files that are sent at once, each a file descriptor and 128 kB beside its connection. */
export const DOWNLOADS_AT_ONCE = 512;
/** Of one network: an office that opens a page of pictures, and never more than half of all. */
export const DOWNLOADS_PER_NETWORK = 256;
/** Connections of one address without a socket: as many as its sockets, and never more than half of all. */
export const MAX_HTTP_CONNECTIONS_PER_ADDRESS = 1_000;
/** Refused connections that are sent a reason at the same time; beyond, a connection is closed without one. */
export const MAX_CONNECTION_REFUSALS = 64;
/** A browser reads a refusal of 200 bytes at once; later, the connection is closed. */
export const CONNECTION_REFUSAL_TIMEOUT_MS = 1_000;
/** Page requests processed at a time, of all networks, each up to 40 ms of the one processor. */
export const REQUESTS_AT_WORK = 16;
/** Of one network: enough to keep the processor busy while one request waits for the disk. */
export const REQUESTS_AT_WORK_PER_NETWORK = 4;
/** Factor of these limits with a remote store, for which requests wait 30 to 300 ms. */
export const REMOTE_STORE_FACTOR = 16;
/** Answers that a network's clients have not read yet, up to 0.9 MB each; most fit the system's buffers. */
export const MAX_UNREAD_ANSWERS_PER_NETWORK = 64;
/** An office whose pages all reconnect after a restart: 60 people with five tabs, two requests a tab. */
export const MAX_WAITING_REQUESTS_PER_NETWORK = 1_000;
/** A browser sends a request's head in one piece; a slow head holds a connection. */
export const HEAD_TIMEOUT_MS = 10_000;
/** A whole form, head and body: half a megabyte at 140 kbit/s. Uploads have UPLOAD_TIMEOUT_MS. */
export const FORM_TIMEOUT_MS = 30_000;
/** No byte in or out: the client is gone, or holds an answer's memory. */
export const PAUSE_TIMEOUT_MS = 30_000;
/** A whole form: five times the longest message with every character escaped. */
export const MAX_FORM_BYTES = 512 * 1_024;
/** Log lines for each kind of refusal before the request limit: enough to see the problem. */
export const MAX_REFUSAL_LINES_PER_MINUTE = 10;
/** Bytes read of a refused body, so that the sender receives the refusal instead of a reset. */
export const MAX_DRAINED_BYTES = 16 * 1_024 * 1_024;

// ── Files. Those of settings.ts are defaults; a MB is 1,000,000 bytes, as file managers count. ─────────────────────────
/** Bytes of one file, in MB: a photo, a log or a short video. 0 switches uploads off. */
export const UPLOAD_MAX = 25;
/** Bytes of all files of the place, in MB: years of a team's screenshots. */
export const UPLOAD_TOTAL = 20_000;
/** Free disk, in MB, that uploads leave: messages must be stored as long as possible. */
export const UPLOAD_MIN_FREE = 1_000;
/** Bytes that a person uploads in a day: twenty of the largest files. */
export const UPLOAD_BYTES_A_DAY = 500_000_000;
/** What a smaller file counts as in that sum: it takes a block of the disk and a few records. */
export const LEAST_COUNTED_BYTES = 65_536;
/** Side of the square of an avatar or a logo, in pixels: sharp where it is largest, on a profile, on most screens. */
export const AVATAR_SIDE = 512;
/** Pictures that a person sets as an avatar or a logo: ten at once, then ten an hour. Each is decoded, and all pages load it anew. */
export const AVATAR_BURST = 10;
export const AVATAR_RATE = 0.0028;
/** How long browsers keep an avatar or a logo without asking, in seconds. Its address changes with the picture. */
export const AVATAR_KEPT_S = 24 * 60 * 60;
/** People whose avatars pages show, by name: some 35 bytes each in a style sheet that browsers keep. Others have initials. */
export const MAX_AVATARS = 2_000;
/** How long the list of avatars is kept where the store does not report the writes of others: it is read behind a page. */
export const AVATARS_KEPT_MS = 60_000;
/** Files of one message: a grid that is seen at once, and a record of 10 kB. */
export const MAX_FILES = 10;
/** Uploads of a person that send bytes at the same time; a browser sends its others afterwards. */
export const UPLOADS_AT_ONCE = 3;
/** Requests of the upload API of a person: ten messages with ten files at once, then one a second. */
export const UPLOAD_BURST = 200;
export const UPLOAD_RATE = 2;
/** A name in a record, in UTF-8: nobody reads more, and file systems take 255. */
export const MAX_FILE_NAME_BYTES = 120;
/** Characters (code points) of a description: two sentences. */
export const MAX_ALT = 200;
/** Pixels of a picture that pages show: a browser takes four bytes of memory for each. */
export const MAX_PICTURE_PIXELS = 50_000_000;
/** A thumbnail fits into this box, which is sharp in the timeline's box of 960 × 400 on most screens. Not enlarged. */
export const THUMBNAIL_WIDTH = 1_200;
export const THUMBNAIL_HEIGHT = 800;
/** A picture that fits into the box and has fewer bytes is its own thumbnail: a screenshot of a dialog. */
export const LEAST_BYTES_FOR_THUMBNAIL = 100_000;
/** How long a request waits for a thumbnail that is being made; then it gets the original. */
export const THUMBNAIL_WAIT_MS = 5_000;
/** Pictures that wait to be made smaller, some ten seconds of work; beyond, a page shows the original. */
export const PICTURES_WAITING = 64;
/** How long the process that decodes pictures may take for one: fifty million pixels of an interlaced PNG took 4.2 s on a busy machine. */
export const PICTURE_TIMEOUT_MS = 15_000;
/** How long the bytes of a picture may take to reach that process: 25 MB from a bucket. */
export const PICTURE_SENT_WITHIN_MS = 30_000;
/** Memory of that process, in bytes: those pixels, and as many of a progressive JPEG, took 403 MB; a photo of 12 million 103 MB. */
export const MAX_PICTURE_MEMORY = 600_000_000;
/** The largest answer of that process: a box of 1,200 × 800 pixels of noise has 1 MB. */
export const MAX_MADE_PICTURE_BYTES = 2_000_000;
/** How long that process is kept without a picture: it holds 30 MB, and takes 0.3 s to start. */
export const PICTURES_IDLE_MS = 60_000;
/** Bytes looked through for the size of a picture: headers come first, but for the metadata of a phone. */
export const MAX_HEADER_BYTES = 1_048_576;
/** Pieces that a picture without metadata is put together from: a progressive JPEG has some twenty. */
export const MAX_PIECES = 10_000;
/** Fill bytes, segments and chunks of a picture that are looked at: more are made to cost time. */
export const MAX_PICTURE_STEPS = 20_000;
/** How long an upload that is in no message is kept. */
export const UPLOAD_KEPT_MS = 24 * 60 * 60_000;
/** How long bytes without a record are kept once a sweep has seen them: a restored backup may lack their records. */
export const STRAY_BLOB_KEPT_MS = 7 * 24 * 60 * 60_000;
/** A whole upload: 25 MB at 10 kB/s are 42 minutes. */
export const UPLOAD_TIMEOUT_MS = 60 * 60_000;
/** The request that begins an upload: a name and a size. */
export const MAX_UPLOAD_REQUEST_BYTES = 4_096;
/** How long the bytes of a deleted message are kept: a backup that runs meanwhile is whole. */
export const DELETED_BYTES_KEPT_MS = 23 * 60 * 60_000;
/** Rights are asked for again so often while a file is sent. */
export const RIGHTS_OF_DOWNLOAD_MS = 5_000;
/** Bytes of unsent files that a browser keeps for Parley, over all rooms: more may be refused, or fill a phone. */
export const MAX_KEPT_FILE_BYTES = 300_000_000;
/** How long a browser keeps them: as long as the server keeps a send id, SEND_DAYS. A message that is sent later is refused. */
export const KEPT_FILES_MS = 7 * 24 * 60 * 60_000;
/** After this time without progress, the browser resumes an upload over another connection: the server ends the first one after PAUSE_TIMEOUT_MS. */
export const UPLOAD_STALL_MS = 60_000;
/** Bytes of a text that a message unfolds: a long log, in an element that a phone still scrolls. */
export const MAX_UNFOLDED_BYTES = 512 * 1_024;
/** Messages with files on a page of Files: some fifty pictures. */
export const FILE_MESSAGES_ON_PAGE = 50;

// ── The machine and its owner. ────────────────────────────────────────────────────────────────────────────────────────
/** Free bytes below which the status and `doctor` warn: a backup, or the log of a busy day, may not fit. */
export const ENOUGH_DISK_BYTES = 1_000_000_000;
/** Below which they say that something is wrong: some 100,000 messages are left. */
export const LEAST_DISK_BYTES = 100_000_000;
/** An import is read into memory at once; a showcase holds kilobytes. */
export const MAX_IMPORT_BYTES = 64 * 1_024 * 1_024;
/** Reactions of one import, five operations each: about ten minutes. */
export const MAX_IMPORTED_REACTIONS = 100_000;
