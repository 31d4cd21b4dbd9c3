/** Where a sign-in leads to: a path of this site, whatever the address says. */

/** A browser reads `//host`, `/\host` and `/\t/host` as another site; the parser of addresses reads them as it does. */
const HERE = 'http://parley.invalid';

export function nextPath(asked: string | null): string {
	if (!asked?.startsWith('/')) return '/';
	const read = URL.parse(asked, HERE);
	if (read?.origin !== HERE) return '/';
	const path = read.pathname + read.search;
	// `/.//host` becomes such an address only when it is read.
	return path.startsWith('//') ? '/' : path;
}
