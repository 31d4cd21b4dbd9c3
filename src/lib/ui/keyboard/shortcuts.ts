/** The text of the key help. Bindings: KEYS in routes/keyboard.lazy.ts, Composer.svelte, and routes/+layout.svelte (Ctrl K). */
export const SHORTCUTS: readonly { keys: readonly string[]; does: string }[] = [
	{ keys: ['?'], does: 'Show keyboard shortcuts' },
	{ keys: ['j', '↓'], does: 'Next message, then the message box' },
	{ keys: ['k', '↑'], does: 'Previous message' },
	{ keys: ['r'], does: 'Reply to the message' },
	{ keys: ['e'], does: 'Edit your message' },
	{ keys: ['+'], does: 'React to the message' },
	{ keys: ['Shift U'], does: 'Mark unread from here' },
	{ keys: ['n'], does: 'Next unread room' },
	{ keys: ['Ctrl K'], does: 'Jump to a room or a person' },
	{ keys: ['End'], does: 'Latest message' },
	{
		keys: ['Esc'],
		does: 'Back: from the message box to the messages, from a single message to its room'
	}
];

export const WRITING: typeof SHORTCUTS = [
	{ keys: ['Enter', 'Ctrl Enter'], does: 'Send. On a touchscreen, Enter starts a new line' },
	{ keys: ['Shift Enter'], does: 'New line' },
	{ keys: ['↑'], does: 'Edit your last message, if the box is empty' },
	{ keys: ['Ctrl B', 'Ctrl I', 'Ctrl E'], does: 'Bold, italic, code' },
	{ keys: ['Ctrl Shift 8', 'Ctrl Shift 9'], does: 'List, quote' },
	{ keys: ['@'], does: 'Mention someone' },
	{ keys: [':'], does: 'Insert emoji by name, like :tada:' },
	{ keys: ['Page Up', 'Page Down'], does: 'Scroll the messages, if the box is empty' }
];
