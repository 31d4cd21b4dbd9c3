import { expect, test } from 'vitest';
import { addCommands, type PageCommands } from './page-commands.ts';

test('a command is there from its component’s mount to its removal', () => {
	const page: Partial<PageCommands> = {};
	const [rooms, isBehind] = [() => [], () => true];
	const removeList = addCommands(page, { rooms });
	const removeRoom = addCommands(page, { isBehind });
	expect(page).toEqual({ rooms, isBehind });
	removeRoom();
	expect(page).toEqual({ rooms });
	removeList();
	expect(page).toEqual({});
});

test('the removal of an earlier component keeps the commands of the component that replaced it', () => {
	const page: Partial<PageCommands> = {};
	const removeFirst = addCommands(page, { isBehind: () => false });
	const isBehind = () => true;
	addCommands(page, { isBehind });
	removeFirst();
	expect(page).toEqual({ isBehind });
});
