import { MAX_MESSAGE } from '../limits.ts';

/** Sentences that a room’s page shows by itself. A file of their own: a page would load all of error-texts.ts. */
export const draftRefusals = {
	empty: 'Write something first.',
	'too-long': `That is too long. Messages can be up to ${MAX_MESSAGE.toLocaleString('en')} characters.`,
	'too-many-bytes': 'That is too long to store. Make it shorter.',
	archived: 'This room is archived. You can read it but not post.',
	'no-session': 'You’ve been signed out. Your text is still here: sign in to send it.'
} as const;
