/** The rules by which the style sheet of a page shows avatars and the logo. No record becomes a rule of its own: ids have their letters. */
import { MAX_AVATARS } from '../../../chat/limits.ts';
import { PERSON_ID } from '../../../chat/people/person.ts';
import { FILE_ID } from '../file-records.ts';

export interface PersonWithAvatar {
	id: string;
	/** The id of a file. */
	avatar?: string;
}

const BASE = '[data-of]{position:relative}[data-of]::after{content:"";position:absolute;inset:0;background:0/cover}';

export function avatarRules(people: readonly PersonWithAvatar[]): string {
	const rules = people.map(ruleOf).filter(Boolean).slice(0, MAX_AVATARS).join('');
	return rules && BASE + rules;
}

const ruleOf = ({ id, avatar = '' }: PersonWithAvatar) =>
	PERSON_ID.test(id) && FILE_ID.test(avatar) ? `[data-of="${id}"]::after{background-image:url(avatars/${avatar})}` : '';

/** The mark of lib/ui/kit/Logo.svelte, before its own rules. */
const MARK = 'svg[viewBox="0 0 32 24"][aria-hidden]';

export const logoRule = (logo: string) =>
	FILE_ID.test(logo)
		? `${MARK}{inline-size:1.4em;block-size:1.4em;border-radius:4px;background:url(avatars/${logo}) 0/cover}${MARK} path{display:none}`
		: '';
