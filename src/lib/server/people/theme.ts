import { colourWhen, type Theme } from '../../chat/people/theme.ts';

/** A theme set by a script would flash. The replaced text is in src/app.html. */
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
