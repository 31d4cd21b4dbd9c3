import { expect, test } from 'vitest';
import { putRoomLast } from './message-page-styles.ts';

test('the room comes last among the imports of a page, and nothing leads to it earlier', () => {
	const chunks = {
		room: { name: 'room' },
		menu: { imports: ['room'] },
		choices: { imports: ['room', 'menu'] },
		page: { isEntry: true, imports: ['room', 'choices', 'menu'] }
	};
	putRoomLast(chunks);
	expect(chunks.page.imports).toEqual(['choices', 'menu', 'room']);
	expect([chunks.choices.imports, chunks.menu.imports]).toEqual([['menu'], []]);
});
