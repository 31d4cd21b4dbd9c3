/** How this browser shows Parley: each choice is a cookie of that name, set by the server and by the page's script. */
export const APPEARANCE = {
	theme: ['system', 'light', 'dark'],
	density: ['comfortable', 'compact'],
	/** Of a room in a wide window: names in a column of their own, or over the messages as in a narrow one. */
	layout: ['system', 'above'],
	motion: ['system', 'reduced']
} as const;

export type Choice = keyof typeof APPEARANCE;
export type Appearance = { [Name in Choice]: (typeof APPEARANCE)[Name][number] };
export type Theme = Appearance['theme'];

export const CHOICES = Object.keys(APPEARANCE) as Choice[];

/** The default comes first. */
export const chosenOr = <Name extends Choice>(name: Name, text: unknown): Appearance[Name] =>
	(isValue(name, text) ? text : APPEARANCE[name][0]) as Appearance[Name];

export const isValue = <Name extends Choice>(name: Name, text: unknown): text is Appearance[Name] =>
	(APPEARANCE[name] as readonly unknown[]).includes(text);

/** The media query of the `theme-color` element for `scheme`: a theme other than system overrides the device. */
export function colourWhen(theme: Theme, scheme: Exclude<Theme, 'system'>): string {
	if (theme === 'system') return `(prefers-color-scheme: ${scheme})`;
	return theme === scheme ? 'all' : 'not all';
}
