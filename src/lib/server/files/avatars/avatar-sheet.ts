/**
 * Avatars and the logo as a style sheet, which lays them over initials and over the mark. So pages need no code for avatars,
 * and messages no field. A person without an avatar, or with one that does not load, has initials. The sheet's address has a
 * version: browsers keep the sheet until an avatar changes.
 */
import { seesAvatar, type Actor } from '../../../chat/people/permissions.ts';
import type { Place } from '../../../chat/place/place.ts';
import { digest } from '../../storage/ids.ts';
import { avatarRules, logoRule, type PersonWithAvatar } from './avatar-rules.ts';
import { KeptPeople, type KeptPeopleOptions } from './kept-people.ts';

export interface Sheet {
	version: string;
	css: string;
}

export class AvatarSheet {
	readonly #people: KeptPeople;
	/** Of everybody: the rules, and the people that they were made of. */
	#made: { people: readonly PersonWithAvatar[]; rules: string } = { people: [], rules: '' };
	#versioned: Sheet = { version: '', css: '' };

	constructor(options: KeptPeopleOptions) {
		this.#people = new KeptPeople(options);
	}

	/** Undefined where there is nothing that the reader may see. */
	async of(actor: Actor, place: Place): Promise<Sheet | undefined> {
		const seesAll = seesAvatar(actor, { person: '', reading: place.reading });
		const people = seesAll || actor ? await this.#people.now() : [];
		const rules = seesAll ? this.#rulesOf(people) : avatarRules(people.filter(({ id }) => id === actor?.id));
		const css = logoRule(place.logo ?? '') + rules;
		if (css === '') return undefined;
		// Of most readers it is the same.
		if (this.#versioned.css !== css) this.#versioned = { css, version: digest(css).slice(0, 12) };
		return this.#versioned;
	}

	#rulesOf(people: readonly PersonWithAvatar[]): string {
		if (this.#made.people !== people) this.#made = { people, rules: avatarRules(people) };
		return this.#made.rules;
	}
}
