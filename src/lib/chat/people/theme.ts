/** How Parley looks to one reader: as the device says, or always light, or always dark. */

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const isTheme = (text: unknown): text is Theme => (THEMES as readonly unknown[]).includes(text);

/** The cookie that remembers it. The page's script writes it, too. */
export const THEME_COOKIE = 'theme';

/**
 * When the colour that a browser paints around the page is the one of `scheme`: the document names one for each, and the
 * choice moves what each of them waits for.
 */
export function colourWhen(theme: Theme, scheme: Exclude<Theme, 'system'>): string {
	if (theme === 'system') return `(prefers-color-scheme: ${scheme})`;
	return theme === scheme ? 'all' : 'not all';
}
