import { markup } from '$lib/chat/markup/blocks.ts';
import { MentionMatcher } from '$lib/chat/markup/mention-matcher.ts';
import { config } from '$lib/server/runtime/config.ts';
import { store } from '$lib/server/services.ts';
import type { PageServerLoad } from './$types';

const EXAMPLES = [
	'**bold**, *italic* or _italic_, ~~struck out~~',
	'`**code**`, where marks stay as typed',
	'```js\nlet soup = leek + potato;\n```',
	'```let soup =\n  leek + potato;```',
	'> What someone said',
	'- milk\n- bread\n  1. rye\n  2. wheat',
	'https://example.org and [a recipe](https://example.org/soup)',
	'www.example.org, ada@example.org',
	'@Ada, is it on?',
	'🎉'
];

/** No markup. */
const AS_THEY_ARE = '2 * 3 * 4, snake_case, C++, a < b > c, :-)';

export const load: PageServerLoad = () => {
	const known = new MentionMatcher(['Ada']);
	return {
		examples: [...EXAMPLES, AS_THEY_ARE].map((text) => ({ text, blocks: markup(text, known) })),
		sends: config.sends,
		rooms: config.rooms,
		bytes: store.maxValueBytes,
		/** Bytes; 0 where uploads are off. */
		uploadMax: config.files.sizes.most
	};
};
