/** A passkey in software: what a browser answers to the options of a page, with a key of P-256. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const text = (bytes: Buffer) => bytes.toString('base64url');
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

/** CBOR of a byte string shorter than 65,536. */
const cborBytes = (bytes: Buffer) =>
	Buffer.concat([
		Buffer.from(bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 255]),
		bytes
	]);
const cborText = (word: string) => Buffer.concat([Buffer.from([0x60 + word.length]), Buffer.from(word)]);

interface Asked {
	challenge: string;
	origin: string;
	host: string;
}

export class Authenticator {
	readonly id = randomBytes(16);
	readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	#userHandle = '';
	counter = 0;

	/** To the options of a registration. */
	register({ challenge, origin, host }: Asked, userHandle: string): string {
		this.#userHandle = userHandle;
		const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
		// COSE: EC2, ES256, P-256.
		const key = Buffer.concat([
			Buffer.from('a5010203262001', 'hex'),
			...[Buffer.from('21', 'hex'), cborBytes(Buffer.from(x, 'base64url'))],
			...[Buffer.from('22', 'hex'), cborBytes(Buffer.from(y, 'base64url'))]
		]);
		const attested = [Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, key];
		const authData = Buffer.concat([this.#head(host, 0x45), ...attested]);
		const attestationObject = Buffer.concat([
			Buffer.from([0xa3]),
			...[cborText('fmt'), cborText('none')],
			...[cborText('attStmt'), Buffer.from([0xa0])],
			...[cborText('authData'), cborBytes(authData)]
		]);
		const clientDataJSON = text(this.#clientData('webauthn.create', challenge, origin));
		return this.#answer({ clientDataJSON, attestationObject: text(attestationObject) });
	}

	/** To the options of a sign-in. */
	signIn({ challenge, origin, host }: Asked): string {
		this.counter += 1;
		const authenticatorData = this.#head(host, 0x05);
		const clientData = this.#clientData('webauthn.get', challenge, origin);
		const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), this.#keys.privateKey);
		return this.#answer({
			clientDataJSON: text(clientData),
			authenticatorData: text(authenticatorData),
			signature: text(signature),
			userHandle: this.#userHandle
		});
	}

	#head(host: string, flags: number): Buffer {
		const counter = Buffer.alloc(4);
		counter.writeUInt32BE(this.counter);
		return Buffer.concat([sha256(host), Buffer.from([flags]), counter]);
	}

	#clientData = (type: string, challenge: string, origin: string) =>
		Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));

	#answer(response: object): string {
		const id = text(this.id);
		return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response });
	}
}
