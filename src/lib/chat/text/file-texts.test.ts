import { expect, test } from 'vitest';
import { notAttached } from './file-texts.ts';

test('what was not attached is named, with what can be done about it', () => {
	const film = { name: 'holiday film.mp4', because: 'too-large' } as const;
	const notes = { name: 'notes.txt', because: 'at-once' } as const;
	const cut = { name: 'cut.jpg', because: 'damaged-picture' } as const;
	expect(notAttached([film])).toBe('“holiday film.mp4” was not attached. Remove it, then send.');
	expect(notAttached([notes])).toBe('“notes.txt” was not attached. Remove it or try it again, then send.');
	expect(notAttached([cut])).toBe('“cut.jpg” was not attached. Remove it or send the original, then send.');
	expect(notAttached([notes, notes])).toBe(
		'“notes.txt” and 1 other were not attached. Remove them or try them again, then send.'
	);
	expect(notAttached([film, notes, cut])).toBe(
		'“holiday film.mp4” and 2 others were not attached. Remove them, then send.'
	);
});
