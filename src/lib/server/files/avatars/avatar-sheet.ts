/**
 * Avatars and the logo as a style sheet, which lays pictures over initials and over the mark. So pages need no code for avatars,
 * and messages no field. A person without a picture, or with one that does not load, has initials. The sheet's address has a
 * version: browsers keep the sheet until a picture changes.
 */
import { seesAvatar, type Actor } from '../../../chat/people/permissions.ts';
import { PERSON_ID } from '../../../chat/people/person.ts';
import type { Place } from '../../../chat/place/place.ts';
import { AVATARS_KEPT_MS, MAX_AVATARS } from '../../../chat/limits.ts';
import { digest } from '../../storage/ids.ts';
import { FILE_ID } from '../file-records.ts';

interface Shown {
	id: string;
	avatar?: string;
}

export interface AvatarSheetOptions {
	/** Everybody. The same array as long as nobody changes. */
	people: () => Promise<readonly Shown[]>;
	/** Whether that costs no operation, or is read behind a page, once in a while. */
	isFree: () => boolean;
	/** Whether there may be avatars. */
	isOn: boolean;
	/** Monotonic, in milliseconds. */
	clock: () => number;
	failed: (error: unknown) => void;
}

export interface Sheet {
	version: string;
	css: string;
}

const BASE = '[data-of]{position:relative}[data-of]::after{content:"";position:absolute;inset:0;background:0/cover}';
const ruleOf = ({ id, avatar = '' }: Shown) =>
	PERSON_ID.test(id) && FILE_ID.test(avatar) ? `[data-of="${id}"]::after{background-image:url(avatars/${avatar})}` : '';
/** The mark of lib/ui/kit/Logo.svelte, before its own rules. */
const MARK = 'svg[viewBox="0 0 32 24"][aria-hidden]';
const logoRule = (logo: string) =>
	FILE_ID.test(logo)
		? `${MARK}{inline-size:1.4em;block-size:1.4em;border-radius:4px;background:url(avatars/${logo}) 0/cover}${MARK} path{display:none}`
		: '';

export class AvatarSheet {
	readonly #options: AvatarSheetOptions;
	#people: readonly Shown[] = [];
	#readAt = -Infinity;
	#reading: Promise<void> | undefined;
	/** Of everybody: the rules, and the people that they were made of. */
	#made: { people: readonly Shown[]; rules: string } = { people: this.#people, rules: '' };
	#versioned: Sheet = { version: '', css: '' };

	constructor(options: AvatarSheetOptions) {
		this.#options = options;
	}

	/** Undefined where there is no picture that the reader may see. */
	async of(actor: Actor, place: Place): Promise<Sheet | undefined> {
		const seesAll = seesAvatar(actor, { person: '', reading: place.reading });
		const logo = logoRule(place.logo ?? '');
		const people = seesAll || actor ? await this.#now() : [];
		const rules = seesAll ? this.#rulesOf(people) : ruleOf(people.find(({ id }) => id === actor?.id) ?? { id: '' });
		const css = logo + (rules && BASE + rules);
		if (css === '') return undefined;
		// Of most readers it is the same.
		if (this.#versioned.css !== css) this.#versioned = { css, version: digest(css).slice(0, 12) };
		return this.#versioned;
	}

	#rulesOf(people: readonly Shown[]): string {
		if (this.#made.people !== people) {
			const rules = people.map(ruleOf).filter(Boolean).slice(0, MAX_AVATARS).join('');
			this.#made = { people, rules };
		}
		return this.#made.rules;
	}

	async #now(): Promise<readonly Shown[]> {
		const { people, isFree, isOn, clock, failed } = this.#options;
		if (isFree()) return people();
		if (isOn && !this.#reading && clock() - this.#readAt >= AVATARS_KEPT_MS)
			this.#reading = people()
				.then((read) => {
					this.#people = read;
				})
				.catch(failed)
				.finally(() => {
					this.#readAt = clock();
					this.#reading = undefined;
				});
		return this.#people;
	}
}
