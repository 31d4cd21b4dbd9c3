/** `postgres://user:password@a,b:5433/name?sslmode=verify-full`: one database, at any of several hosts. */

const SHAPE = /^(postgres(?:ql)?:\/\/)((?:[^@/?#]*@)?)([^@/?#]+)(\/[^?#]+)(\?[^#]*)?$/;

/** An address for each host; undefined where the text is none. */
export function addressesIn(url: string): string[] | undefined {
	const [, scheme, who, hosts = '', rest, options = ''] = SHAPE.exec(url) ?? [];
	const addresses = hosts.split(',').map((host) => `${scheme}${who}${host}${rest}${options}`);
	return addresses.every((address) => URL.parse(address)?.hostname) ? addresses : undefined;
}

/** For people and logs: without user, password and options. */
export function shownAddress(url: string): string {
	const [, scheme, , hosts, rest] = SHAPE.exec(url) ?? [];
	return hosts === undefined ? 'postgres:' : `${scheme}${hosts}${rest}`;
}
