/** The message parser. A page loads it for the first message that the server has not parsed. */
export { MentionMatcher } from './mention-matcher.ts';
export { markup } from './blocks.ts';
export { mentionMatcherFor } from './parse-messages.ts';
export { plain } from './plain-text.ts';
