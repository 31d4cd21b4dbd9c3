export const memberRefusals = {
	empty: () => 'Enter the name of a person.',
	'no-person': () => 'Nobody here has that name. Check the spelling.',
	already: (name: string) => `${name} is already a member.`,
	'shut-out': (name: string) => `${name} is blocked or deactivated. Unblock or reactivate them first.`,
	'reads-already': (name: string) => `${name} can already read this room: it is open to all members.`,
	'no-history': () =>
		'You came in later and can’t read everything in this room, so you can only add people from now on.',
	'no-choice': () => 'Choose what they can read.',
	'not-a-member': (name: string) => `${name} is not a member any more.`,
	'use-leave': () => 'To go yourself, press Leave room.'
} as const;
export type MemberRefusal = keyof typeof memberRefusals;
