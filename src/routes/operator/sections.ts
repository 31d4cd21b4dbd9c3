/** The sections of the operators' pages. Their addresses are resolved while a page is rendered. */
import { resolve } from '$app/paths';

export const SECTIONS = [
	{
		title: 'Place',
		about: 'Its name, and who can join, read, create rooms and invite',
		href: () => resolve('/operator/place')
	},
	{ title: 'People', about: 'Roles, blocks, recovery links', href: () => resolve('/operator/people') },
	{ title: 'Invitations', about: 'All links that let people in', href: () => resolve('/people/invitations') },
	{
		title: 'Rooms',
		about: 'Who created them, what is in them; archive many at once',
		href: () => resolve('/operator/rooms')
	},
	{ title: 'Reports', about: 'Messages that people have reported', href: () => resolve('/operator/reports') },
	{ title: 'Log', about: 'What operators did', href: () => resolve('/operator/log') },
	{ title: 'Status', about: 'The store, the disk, this version', href: () => resolve('/operator/status') }
] as const;
export type Section = Exclude<(typeof SECTIONS)[number]['title'], 'Invitations'>;
