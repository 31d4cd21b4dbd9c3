import { expect, test } from 'vitest';
import { sortImports } from './message-page-styles.ts';

test('lazy parts of the room come first among imports, with what they import, and the room last', () => {
	const chunks = {
		room: { name: 'room', dynamicImports: ['actions'] },
		actions: { imports: ['room', 'menu'] },
		menu: { imports: ['room'] },
		choices: { imports: ['room'] },
		page: { imports: ['room', 'choices', 'menu'] }
	};
	sortImports(chunks);
	expect(chunks.page.imports).toEqual(['menu', 'choices', 'room']);
	expect(chunks.actions.imports).toEqual(['menu', 'room']);
});
