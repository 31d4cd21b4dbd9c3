export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const isTheme = (text: unknown): text is Theme => (THEMES as readonly unknown[]).includes(text);

/** Set by the server and by the page's script. */
export const THEME_COOKIE = 'theme';

/** The media query of the `theme-color` element for `scheme`: a theme other than system overrides the device. */
export function colourWhen(theme: Theme, scheme: Exclude<Theme, 'system'>): string {
	if (theme === 'system') return `(prefers-color-scheme: ${scheme})`;
	return theme === scheme ? 'all' : 'not all';
}
