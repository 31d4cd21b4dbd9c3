import type { Settings } from '../runtime/settings.ts';
import { found, type Finding } from './finding.ts';

type Known = Pick<Settings, 'origins' | 'proxy'>;

/** Parley itself speaks no TLS, so an https address has a proxy in front. */
export function checkProxySettings({ origins, proxy }: Known): Finding[] {
	const secure = origins.find((origin) => origin.startsWith('https:'));
	if (secure === undefined || proxy) return [];
	return [
		found(
			'warning',
			'Addresses of people',
			`${secure} needs a proxy, and ADDRESS_HEADER is not set: all people count as one address in limits. Set ADDRESS_HEADER=X-Forwarded-For.`
		)
	];
}

/** @param own the origin under which Parley took the request */
export function checkRequest(headers: Headers, own: string, { proxy }: Known): Finding[] {
	const findings: Finding[] = [];
	const forwardedFor = headers.get('x-forwarded-for');
	if (!proxy && forwardedFor !== null) {
		findings.push(
			found(
				'warning',
				'Addresses of people',
				'A proxy says from where people come, and ADDRESS_HEADER is not set: all people count as one address in limits. Set ADDRESS_HEADER=X-Forwarded-For.'
			)
		);
	}
	if (proxy && !headers.has(proxy.header)) {
		findings.push(
			found(
				'warning',
				'Addresses of people',
				`This request came without ${proxy.header}, the header of ADDRESS_HEADER: the proxy does not send it, or the request did not pass it.`
			)
		);
	}
	const protocol = headers.get('x-forwarded-proto')?.split(',')[0]?.trim();
	if (protocol === 'https' && own.startsWith('http:')) {
		findings.push(
			found(
				'wrong',
				'Address',
				`People come by https, and Parley takes itself to be at ${own}: set ORIGIN to the address that people type.`
			)
		);
	}
	if (findings.length === 0) findings.push(found('ok', 'Address', `This request came to ${own}, as the settings say.`));
	return findings;
}
