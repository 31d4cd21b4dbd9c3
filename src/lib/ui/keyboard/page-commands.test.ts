import { expect, test } from 'vitest';
import { addCommands, type PageCommands } from './page-commands.ts';

test('a command is there from its component’s mount to its removal', () => {
	const page: Partial<PageCommands> = {};
	const [nextUnreadRoom, isBehind] = [() => 'attic', () => true];
	const removeList = addCommands(page, { nextUnreadRoom });
	const removeRoom = addCommands(page, { isBehind });
	expect(page).toEqual({ nextUnreadRoom, isBehind });
	removeRoom();
	expect(page).toEqual({ nextUnreadRoom });
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
