import type { Joining, Reading } from './place.ts';

interface Choice<Value extends string> {
	value: Value;
	label: string;
	hint?: string;
}

export const JOINING_CHOICES: readonly Choice<Joining>[] = [
	{ value: 'invite', label: 'People with an invitation' },
	{ value: 'open', label: 'Anyone with the address' },
	{ value: 'closed', label: 'Nobody new' }
];

export const READING_CHOICES: readonly Choice<Reading>[] = [
	{ value: 'members', label: 'Members' },
	{ value: 'everyone', label: 'Everyone', hint: 'Including people who aren’t signed in, and search engines.' }
];

/** For a choice that JOINING or READING has made. */
export const PINNED = 'Set on the server. You can’t change it here.';
