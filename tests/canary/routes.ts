/** The routes with their form actions and fields, read from src/routes: a new one is asked without being entered here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../src/routes', import.meta.url));

export interface Route {
	/** `/rooms/[slug]` */
	id: string;
	/** Whether it is an endpoint, which answers POST itself. */
	isEndpoint: boolean;
	/** Names of its form actions. */
	actions: string[];
}

const FILE = /(^|[/])\+(page|server)\b.*\.(ts|svelte)$/;
const files = readdirSync(ROOT, { recursive: true }).map(String);

export const routes: readonly Route[] = [...new Set(files.filter((file) => FILE.test(file)).map(dirname))]
	.sort()
	.map((folder) => ({
		id: folder === '.' ? '/' : `/${folder}`,
		isEndpoint: existsSync(join(ROOT, folder, '+server.ts')),
		actions: actionsOf(join(ROOT, folder, '+page.server.ts'))
	}));

/** @throws where a file exports actions of which none is found: they would not be asked */
function actionsOf(file: string): string[] {
	if (!existsSync(file)) return [];
	const source = readFileSync(file, 'utf8');
	if (!/^export const actions\b/m.test(source)) return [];
	const names = [...new Set(namesIn(file, source, 'actions'))];
	if (names.length === 0) throw new Error(`The actions of ${file} are not found`);
	return names;
}

/** Members of the object `name`, which the file declares or imports. */
function namesIn(file: string, source: string, name: string): string[] {
	const [, declared] = new RegExp(`const ${name}\\b(?:: \\w+)? = ([^]*)`).exec(source) ?? [];
	if (declared === undefined) {
		const [, path] = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '([^']+)'`).exec(source) ?? [];
		if (path === undefined) throw new Error(`${name} of ${file} is not found`);
		const there = path.startsWith('$lib') ? join(ROOT, '..', path.replace('$lib', 'lib')) : join(dirname(file), path);
		return namesIn(there, readFileSync(there, 'utf8'), name);
	}
	const [, other] = /^(\w+);/.exec(declared) ?? [];
	if (other !== undefined) return namesIn(file, source, other);
	// The object ends at the first line that begins with a brace, or on its own line.
	const [object = ''] = declared.split(/^\}/m);
	const [, inLine = ''] = /^\{ (.*) \}/.exec(object) ?? [];
	const members = [...object.matchAll(/^\t(?:async )?(\w+)(?::|,$|\(|$)/gm)].map(([, member = '']) => member);
	const spread = [...`${inLine}\n${object}`.matchAll(/^(?:\t| )?\.\.\.(\w+)/gm)].map(([, member = '']) => member);
	return [
		...members,
		...[...inLine.matchAll(/(?:^|, )(\w+)/g)].map(([, member = '']) => member),
		...spread.flatMap((member) => namesIn(file, source, member))
	];
}

const sources = files.filter((file) => /\.ts$/.test(file) && !/test\.ts$/.test(file));

/** Names of form fields and of parameters of the query that any route reads. */
export const fieldNames = namesRead(/(?:textField\((?:\w+|await [^)]*\)),|form\.(?:get|getAll|has)\()\s*'([\w-]+)'/g);
export const queryNames = namesRead(/(?:searchParams\.(?:get|getAll|has)\(|numberIn\(url,)\s*'([\w-]+)'/g);

function namesRead(pattern: RegExp): string[] {
	const found = sources.flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)]);
	return [...new Set(found.map(([, name = '']) => name))].sort();
}
