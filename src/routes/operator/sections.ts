/** The sections of the operators' pages. Their addresses are resolved while a page is rendered. */
import { resolve } from '$app/paths';

export const SECTIONS = [
	{
		title: 'Place',
		about: 'Name, welcome line, and who can join, read, create rooms and invite',
		href: () => resolve('/operator/place')
	},
	{ title: 'People', about: 'Roles, blocks, recovery links', href: () => resolve('/operator/people') },
	{ title: 'Invitations', about: 'Links that let people join', href: () => resolve('/people/invitations') },
	{
		title: 'Rooms',
		about: 'Find, archive and reopen rooms',
		href: () => resolve('/operator/rooms')
	},
	{
		title: 'Private rooms',
		about: 'Their names and members, never what is written there',
		href: () => resolve('/operator/private-rooms')
	},
	{ title: 'Reports', about: 'Messages people reported', href: () => resolve('/operator/reports') },
	{ title: 'Log', about: 'What operators did', href: () => resolve('/operator/log') },
	{ title: 'Status', about: 'Storage, disk and version', href: () => resolve('/operator/status') }
] as const;
export type Section = Exclude<(typeof SECTIONS)[number]['title'], 'Invitations'>;
