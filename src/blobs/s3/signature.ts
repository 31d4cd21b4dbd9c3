/** AWS Signature Version 4 for S3: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
import { createHash, createHmac } from 'node:crypto';

export interface Signing {
	key: string;
	secret: string;
	region: string;
}

export interface Unsigned {
	method: string;
	url: URL;
	headers: Record<string, string>;
	body: Uint8Array;
	now: Date;
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Everything but unreserved characters (RFC 3986). */
const encoded = (text: string) =>
	encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export function sign({ method, url, headers, body, now }: Unsigned, signing: Signing): Record<string, string> {
	const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
	const day = time.slice(0, 8);
	const digest = sha256(body);
	const all: Record<string, string> = {
		...headers,
		host: url.host,
		'x-amz-content-sha256': digest,
		'x-amz-date': time
	};
	const names = Object.keys(all).sort();
	const query = [...url.searchParams]
		.map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
		.sort()
		.join('&');
	const values = names.map((name) => `${name}:${all[name]?.trim()}`);
	const request = [method, url.pathname, query, ...values, '', names.join(';'), digest].join('\n');
	const scope = `${day}/${signing.region}/s3/aws4_request`;
	const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
	const ofDay = hmac(`AWS4${signing.secret}`, day);
	const ofRequest = hmac(hmac(hmac(ofDay, signing.region), 's3'), 'aws4_request');
	const signature = hmac(ofRequest, text).toString('hex');
	const { host: _, ...sent } = all;
	const credential = `Credential=${signing.key}/${scope}`;
	const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
	return { ...sent, authorization };
}
