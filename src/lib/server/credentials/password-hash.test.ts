import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { MAX_WAITING_SIGN_INS } from '../../chat/limits.ts';
import { AT_ONCE, checkPassword, dummyHash, hashPassword, isOutdated } from './password-hash.ts';

/** Of `correct horse`, made elsewhere with few blocks, so that it is quick. */
const SCRYPT_OF_LN_10 = '$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE';

test('a password is known by its hash, and another is not', async () => {
	const hash = await hashPassword('correct horse');
	expect(hash).toMatch(/^\$(argon2id\$v=19\$m=19456,t=2,p=1|scrypt\$ln=17,r=8,p=1)\$[\w+/]{22}\$[\w+/]{43}$/);
	expect(await checkPassword('correct horse', hash)).toBe(true);
	expect(await checkPassword('correct horse ', hash)).toBe(false);
	expect(isOutdated(hash)).toBe(false);
	expect(await hashPassword('correct horse')).not.toBe(hash);
});

test('a hash is checked with the parameters that it names, and is known as outdated', async () => {
	expect(await checkPassword('correct horse', SCRYPT_OF_LN_10)).toBe(true);
	expect(await checkPassword('correct horsf', SCRYPT_OF_LN_10)).toBe(false);
	expect(isOutdated(SCRYPT_OF_LN_10)).toBe(true);
});

test('scrypt with the parameters of a Node without argon2 is checked', async () => {
	const { scryptSync } = await import('node:crypto');
	const salt = randomBytes(16);
	const hash = scryptSync('correct horse', salt, 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 });
	const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
	expect(await checkPassword('correct horse', `$scrypt$ln=17,r=8,p=1$${text(salt)}$${text(hash)}`)).toBe(true);
});

test('no password has the dummy hash, and a damaged one', async () => {
	for (const hash of [dummyHash(), '', '$argon2id$v=19$m=19456,t=2,p=1$$', '$2b$12$abcdefghijklmnopqrstuv']) {
		expect(await checkPassword('correct horse', hash), hash).toBe(false);
	}
});

test('at most two passwords are hashed at a time, in the order of asking, and beyond a hundred a check is refused', async () => {
	const done: number[] = [];
	const checks = Array.from({ length: MAX_WAITING_SIGN_INS + 4 }, (_, i) =>
		checkPassword('correct horse', SCRYPT_OF_LN_10).then((answer) => {
			done.push(i);
			return answer;
		})
	);
	const answers = await Promise.all(checks);
	expect([1, 2]).toContain(AT_ONCE);
	expect(answers.filter((answer) => answer === 'busy')).toHaveLength(4 - AT_ONCE);
	expect(answers.slice(-2)).toEqual(['busy', 'busy']);
	const served = done.filter((i) => answers[i] === true);
	// One thread may finish several while the other is held up.
	served.forEach((i, place) => expect(Math.abs(i - place), `${i} at ${place}`).toBeLessThanOrEqual(25));
	expect(await checkPassword('correct horse', SCRYPT_OF_LN_10)).toBe(true);
});
