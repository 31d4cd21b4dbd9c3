/** All that reads messages, as a page loads it when it first meets one that the server has not read. */
export { Known } from './known.ts';
export { markup } from './markup.ts';
export { knownIn } from './read.ts';
export { plain } from './plain.ts';
