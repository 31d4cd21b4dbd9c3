/** The text of the key help. Bindings: KEYS in routes/keyboard.lazy.ts, Composer.svelte, and routes/+layout.svelte (Ctrl K). */
export const SHORTCUTS: readonly { keys: readonly string[]; does: string }[] = [
	{ keys: ['?'], does: 'Show these keys' },
	{ keys: ['j', '↓'], does: 'Next message; after the last one, the composer' },
	{ keys: ['k', '↑'], does: 'Message before' },
	{ keys: ['r'], does: 'Reply to the message' },
	{ keys: ['e'], does: 'Edit it, if it is yours' },
	{ keys: ['+'], does: 'React to it' },
	{ keys: ['Shift U'], does: 'Mark it unread, with all that follows' },
	{ keys: ['n'], does: 'Next unread room' },
	{ keys: ['Ctrl K'], does: 'Go to a room or a person by name; also while you write' },
	{ keys: ['End'], does: 'Latest message' },
	{
		keys: ['Esc'],
		does: 'One level up: from the composer to the messages, from a message’s page to its room'
	}
];

export const WRITING: typeof SHORTCUTS = [
	{ keys: ['Enter', 'Ctrl Enter'], does: 'Send. On touch, Enter breaks the line' },
	{ keys: ['Shift Enter'], does: 'Break the line' },
	{ keys: ['↑'], does: 'Edit your last message, when nothing is written' },
	{ keys: ['Ctrl B', 'Ctrl I', 'Ctrl E'], does: 'Bold, italic, code' },
	{ keys: ['Ctrl Shift 8', 'Ctrl Shift 9'], does: 'List, quote' },
	{ keys: ['@'], does: 'Name somebody' },
	{ keys: [':'], does: 'Name an emoji; its whole name, as in :tada:, becomes it' },
	{ keys: ['Page Up', 'Page Down'], does: 'Scroll the messages, when nothing is written' }
];
