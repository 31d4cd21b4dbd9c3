import { APPEARANCE, CHOICES, colourWhen, type Appearance } from '../../chat/people/appearance.ts';

/** Writes the reader's choices into the document: set by a script, they would flash. The replaced text is in src/app.html. */
export function withAppearance(html: string, appearance: Appearance): string {
	const { theme } = appearance;
	const chosen = CHOICES.filter((name) => name !== 'theme' && appearance[name] !== APPEARANCE[name][0]);
	if (theme === 'system' && chosen.length === 0) return html;
	const attributes = chosen.map((name) => ` data-${name}="${appearance[name]}"`).join('');
	let document = html.replace('data-theme="system"', `data-theme="${theme}"${attributes}`);
	if (theme === 'system') return document;
	document = document.replace('content="light dark"', `content="${theme}"`);
	for (const scheme of ['light', 'dark'] as const) {
		document = document.replace(`media="${colourWhen('system', scheme)}"`, `media="${colourWhen(theme, scheme)}"`);
	}
	return document;
}
