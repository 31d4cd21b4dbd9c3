/** All that reads messages, as a page loads it when it first meets one that the server has not read. */
export { MentionMatcher } from './mention-matcher.ts';
export { markup } from './blocks.ts';
export { mentionMatcherFor } from './parse-messages.ts';
export { plain } from './plain-text.ts';
