/**
 * The plotting library, on a document that is no browser's. Installed with the peers, so that nobody else downloads it;
 * what is used of it is spelled here, because it is not there when types are checked.
 */

export interface Mark {
	readonly channels?: object;
}

type Rows = readonly (object | number | string)[];

interface Plot {
	plot(options: object): { outerHTML: string };
	line(data: Rows, options: object): Mark;
	dot(data: Rows, options: object): Mark;
	text(data: Rows, options: object): Mark;
	barX(data: Rows, options: object): Mark;
	ruleX(data: Rows, options?: object): Mark;
	ruleY(data: Rows, options?: object): Mark;
}

// Not literals: TypeScript would look for them.
const [PLOT, DOCUMENT] = ['@observablehq/plot', 'linkedom'];

export const plot = (await import(PLOT)) as Plot;

const { parseHTML } = (await import(DOCUMENT)) as { parseHTML: (html: string) => { document: object } };
export const { document } = parseHTML('<!doctype html><html><body></body></html>');
