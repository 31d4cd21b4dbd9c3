import js from '@eslint/js';
import { defineConfig, includeIgnoreFile } from 'eslint/config';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-eslint';

// TypeScript reads a component as the parser translates it. Without this, TypeScript gets another text of each component when its
// turn comes, and checks the whole project again for it. The parser looks for the switch when it is loaded.
process.env.SVELTE_ESLINT_PARSER_EXPERIMENTAL_TS_SYS_HOOK = '1';
const { default: svelte } = await import('eslint-plugin-svelte');

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig(
	includeIgnoreFile(`${root}.gitignore`),
	js.configs.recommended,
	ts.configs.recommendedTypeChecked,
	svelte.configs.recommended,
	svelte.configs.prettier,
	{
		languageOptions: {
			parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], tsconfigRootDir: root }
		},
		rules: {
			'no-undef': 'off', // TypeScript's job
			'svelte/no-at-html-tags': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
		}
	},
	{ files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
	{
		files: ['**/*.svelte'],
		rules: {
			// A component that is imported has no type here; svelte-check knows it.
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off'
		}
	},
	{
		files: ['**/*.svelte.ts'],
		rules: {
			// Rune classes keep their state in `$state.raw`, replaced whole; what is not shown needs no reactivity.
			'svelte/prefer-svelte-reactivity': 'off'
		}
	},
	{ files: ['**/*.js'], extends: [ts.configs.disableTypeChecked] }
);
