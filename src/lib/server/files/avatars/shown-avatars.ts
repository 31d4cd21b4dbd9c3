/** Which file is a person's avatar, by their standing, and which is the logo, by the settings. The one before is erased. */
import type { Hpkv } from '../../../../hpkv/port.ts';
import type { PlaceSettings } from '../../place/settings.ts';
import { changeStanding, readStanding } from '../../people/standing.ts';
import { eraseFile, type Erasing } from '../attached/erase.ts';

export interface ShownAvatarsOptions extends Omit<Erasing, 'clock'> {
	store: Hpkv;
	settings: Pick<PlaceSettings, 'fresh' | 'change'>;
	/** Called where bytes could not be removed; the sweep removes them later. */
	notErased: (error: unknown) => void;
}

/** The field of a record that names a file. */
interface FileField {
	read: () => Promise<string | null | undefined>;
	write: (file: string | null) => Promise<unknown>;
}

export class ShownAvatars {
	readonly #options: ShownAvatarsOptions;
	/** The last replacement of each field, by its name. */
	readonly #turns = new Map<string, Promise<void>>();

	constructor(options: ShownAvatarsOptions) {
		this.#options = options;
	}

	/** @param file null removes the avatar */
	show(person: string, file: string | null): Promise<void> {
		const { store } = this.#options;
		return this.#inTurn(`avatar ${person}`, file, {
			read: async () => (await readStanding(store, person)).avatar,
			write: (avatar) => changeStanding(store, person, 'avatar', avatar)
		});
	}

	/** @param file null removes the logo */
	showLogo(file: string | null): Promise<void> {
		const { settings } = this.#options;
		return this.#inTurn('logo', file, {
			read: async () => (await settings.fresh()).logo,
			write: (logo) => settings.change({ logo })
		});
	}

	/** One replacement after the other, so that each erases the file before it. At two nodes at once, the sweep erases the file that neither shows. */
	async #inTurn(name: string, file: string | null, field: FileField): Promise<void> {
		const before = this.#turns.get(name) ?? Promise.resolve();
		const turn = before.catch(() => undefined).then(() => this.#replace(file, field));
		this.#turns.set(name, turn);
		try {
			await turn;
		} finally {
			if (this.#turns.get(name) === turn) this.#turns.delete(name);
		}
	}

	/** The claim of the file stays: no message gets it, and the sweep removes it (isOver). */
	async #replace(file: string | null, { read, write }: FileField): Promise<void> {
		const before = await read();
		await write(file);
		if (before && before !== file) await eraseFile(this.#options, before).catch(this.#options.notErased);
	}
}
