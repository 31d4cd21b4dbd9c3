import { MAX_UNNOTIFIED_NAMES } from '../limits.ts';

export interface SentNotice {
	text: string;
	link?: { href: string; label: string };
}

/** @param members address of the page that adds people, for those who may */
export function unnotifiedNotices(
	{ people, groups, hereIsOff }: { people: readonly string[]; groups: readonly string[]; hereIsOff?: true },
	members?: string
): SentNotice[] {
	const all = groups.map((name) => `@${name}`).join(' and ');
	return [
		...(groups.length > 0
			? [{ text: `Sent, but ${all} notified nobody. Only operators and the room’s creator can notify everyone.` }]
			: []),
		...(hereIsOff ? [{ text: 'Sent, but @here notified nobody: this place doesn’t show who is here.' }] : []),
		...people.slice(0, MAX_UNNOTIFIED_NAMES).map((name) => ({
			text: `${name} can’t read this room and was not notified.`,
			...(members && { link: { href: `${members}?add=${encodeURIComponent(name)}`, label: 'Add them' } })
		}))
	];
}
