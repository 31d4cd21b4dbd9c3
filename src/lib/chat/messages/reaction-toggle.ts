/** A reaction form's value, `12 👍 on`. It sets a state, so a repeat changes nothing. */
export interface ReactionToggle {
	n: number;
	emoji: string;
	on: boolean;
}

export const writeReactionToggle = ({ n, emoji, on }: ReactionToggle) => `${n} ${emoji} ${on ? 'on' : 'off'}`;

export function readReactionToggle(text: string): ReactionToggle | undefined {
	const [, n, emoji, on] = /^([1-9]\d{0,11}) (\S{1,64}) (on|off)$/.exec(text) ?? [];
	return emoji ? { n: Number(n), emoji, on: on === 'on' } : undefined;
}
