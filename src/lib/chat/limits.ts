/** What people may type, in characters (code points). The stored record must fit the store as well: see message.ts. */
export const MAX_MESSAGE = 2_000;
export const MAX_ROOM_NAME = 60;
export const MAX_ROOM_TOPIC = 200;
export const MAX_PERSON_NAME = 40;

/** Messages on a page. */
export const PAGE = 50;
/** Messages that a page holds at most, when more are put to it; those farthest from the reader go. */
export const MOST_SHOWN = 300;
