import { expect, test, vi } from 'vitest';
import { MAX_KNOWN_ZONES } from '../../chat/limits.ts';
import { knownZone } from './time-zone.ts';

test.each([
	'Europe/Berlin',
	'europe/berlin',
	'America/Argentina/Buenos_Aires',
	'Asia/Kolkata',
	'Asia/Calcutta',
	'Etc/GMT+5',
	'UTC'
])('the time zone %s is known', (zone) => expect(knownZone(zone)).toBe(zone));

test.each(['+0537', '-03', '+05:37', 'Mars/Olympus', '', 'x'.repeat(41), 'Europe/Berlin\n', '__proto__'])(
	'the time zone %j is refused',
	(zone) => expect(knownZone(zone)).toBeUndefined()
);

test('a time zone that is in use stays cached while strangers try others, with at most one check each', () => {
	const looks = vi.spyOn(Intl, 'DateTimeFormat');
	for (let n = 0; n < 3 * MAX_KNOWN_ZONES; n++) expect(knownZone(`Mars/${n}`)).toBeUndefined();
	expect(looks).toHaveBeenCalledTimes(3 * MAX_KNOWN_ZONES);
	expect(knownZone(`Mars/${3 * MAX_KNOWN_ZONES - 1}`)).toBeUndefined();
	expect(looks).toHaveBeenCalledTimes(3 * MAX_KNOWN_ZONES);
	expect(knownZone('Europe/Berlin')).toBe('Europe/Berlin');
	looks.mockRestore();
});
