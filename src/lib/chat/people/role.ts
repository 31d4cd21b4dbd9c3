/** The highest first. */
export const ROLES = ['owner', 'operator', 'member', 'guest'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_NAMES: Record<Role, string> = {
	owner: 'Owner',
	operator: 'Operator',
	member: 'Member',
	guest: 'Guest'
};

export const A_ROLE: Record<Role, string> = {
	owner: 'an owner',
	operator: 'an operator',
	member: 'a member',
	guest: 'a guest'
};
