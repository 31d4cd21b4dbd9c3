import { colourWhen, type Theme } from '../../chat/people/theme.ts';

/**
 * The document in the theme that its reader chose, from its first byte: a theme that waited for a script would flash.
 * What is replaced is what src/app.html says for `system`.
 */
export function themed(html: string, theme: Theme): string {
	if (theme === 'system') return html;
	let document = html
		.replace('data-theme="system"', `data-theme="${theme}"`)
		.replace('content="light dark"', `content="${theme}"`);
	for (const scheme of ['light', 'dark'] as const) {
		document = document.replace(`media="${colourWhen('system', scheme)}"`, `media="${colourWhen(theme, scheme)}"`);
	}
	return document;
}
