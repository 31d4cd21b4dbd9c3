/** The house's colours as its tokens have them, for pictures that stand outside of its pages. */
import { readFileSync } from 'node:fs';

export type Theme = 'light' | 'dark';

const TOKENS = new URL('../../../src/lib/ui/tokens.css', import.meta.url);

const raw = new Map(
	Array.from(
		readFileSync(TOKENS, 'utf8').matchAll(/--raw-([a-z-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)/g),
		([, name, light, dark]) => [name!, { light: light!, dark: dark! }]
	)
);

export function colour(name: 'paper' | 'line' | 'soft' | 'ink' | 'pine' | 'brick', theme: Theme): string {
	const found = raw.get(name);
	if (!found) throw new Error(`tokens.css has no --raw-${name}`);
	return found[theme];
}
