import { isActionFailure, isRedirect, redirect, type RequestEvent } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../hpkv/port.ts';
import { STORE_AWAY } from '../../chat/text/error-texts.ts';
import type { Attempt } from './buckets.ts';
import { memberAction, type MemberForm } from './forms.ts';

const ADA = { person: 'ada', name: 'Ada', operator: false, createdAt: 0 };
const away = () => Promise.reject(new StoreUnavailable('away'));

interface Ids {
	formId?: string;
}

function acting(session: () => Promise<typeof ADA | undefined> = () => Promise.resolve(ADA)) {
	const order: string[] = [];
	const noted = <T>(step: string, value: T): T => (order.push(step), value);
	const headers: Record<string, string> = {};
	const event = {
		locals: { visitor: { session: () => noted('session', session()) } },
		getClientAddress: () => '203.0.113.1',
		setHeaders: (more: Record<string, string>) => void Object.assign(headers, more)
	} as unknown as RequestEvent;
	const attempt = (seconds = 0): Attempt => ({
		seconds,
		refused: () => void order.push('attempt refused'),
		repeated: () => undefined
	});
	const form = {
		refusal: (error: string, ids: Ids = {}) => ({ form: { typed: 'Soup', error, ...ids } }),
		noSession: 'Join again.',
		limit: (person: string, address: string) => noted(`limit ${person} ${address}`, attempt()),
		damaged: () => noted('damaged', undefined),
		room: () => noted('room', Promise.resolve({ ok: true as const, room: 'kitchen' })),
		ifAway: { formId: 'form-1' }
	} satisfies MemberForm<object, Ids, { ok: true; room: string }>;
	return { order, headers, event, attempt, form };
}

/** The status and the data of a refusal. */
function refusal(answer: unknown): [number, unknown] {
	if (!isActionFailure(answer)) throw new Error('It was not refused');
	return [answer.status, answer.data];
}

test('a form of a person passes the checks in their order, and then acts', async () => {
	const { order, event, form } = acting();
	const done = await memberAction(event, form, ({ session, room }) => Promise.resolve(`${session.name} in ${room}`));
	expect(done).toBe('Ada in kitchen');
	expect(order).toEqual(['session', 'limit ada 203.0.113.1', 'damaged', 'room']);
});

test('each refusal returns the typed text with its status, and counts the attempt as refused', async () => {
	const { order, headers, event, attempt, form } = acting();
	const act = () => Promise.reject(new Error('It acted'));
	const data = (error: string, ids: Ids = {}) => ({ form: { typed: 'Soup', error, ...ids } });

	const nobody = acting(() => Promise.resolve(undefined));
	expect(refusal(await memberAction(nobody.event, nobody.form, act))).toEqual([401, data('Join again.')]);

	const limited = await memberAction(event, { ...form, limit: () => attempt(7) }, act);
	const tooFast = 'That was too fast. Try again in 7 seconds.';
	expect(refusal(limited)).toEqual([429, { ...data(tooFast), retryAfter: 7 }]);
	expect(headers).toEqual({ 'retry-after': '7' });
	const own = { ...form, limit: () => attempt(7), tooFast: (seconds: number) => `In ${seconds}.` };
	expect(refusal(await memberAction(event, own, act))).toEqual([429, { ...data('In 7.'), retryAfter: 7 }]);
	expect(order).not.toContain('attempt refused');

	const damaged = { ...form, damaged: () => ({ status: 400, error: 'Damaged.', more: { formId: 'fresh' } }) };
	expect(refusal(await memberAction(event, damaged, act))).toEqual([400, data('Damaged.', { formId: 'fresh' })]);
	const elsewhere = { ...form, room: () => Promise.resolve({ ok: false as const, status: 404, error: 'No room.' }) };
	expect(refusal(await memberAction(event, elsewhere, act))).toEqual([404, data('No room.')]);
	const refusing = await memberAction(event, form, ({ refused }) => Promise.resolve(refused(409, 'Taken.')));
	expect(refusal(refusing)).toEqual([409, data('Taken.')]);
	expect(order.filter((step) => step === 'attempt refused')).toHaveLength(3);
});

test('a store that is away at any step refuses with the typed text and the ids for a repeated form', async () => {
	const { event, form } = acting();
	const dark = acting(away);
	const expected = [503, { form: { typed: 'Soup', error: STORE_AWAY, formId: 'form-1' } }];
	expect(refusal(await memberAction(dark.event, dark.form, away))).toEqual(expected);
	expect(refusal(await memberAction(event, { ...form, room: away }, away))).toEqual(expected);
	expect(refusal(await memberAction(event, form, away))).toEqual(expected);
});

test('a redirect and an error of ours pass through', async () => {
	const { event, form } = acting();
	const moved = memberAction(event, form, () => redirect(303, '/'));
	await expect(moved).rejects.toSatisfy(isRedirect);
	await expect(memberAction(event, form, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('a store whose queue is full refuses with the seconds until a retry', async () => {
	const busy = acting();
	const answer = await memberAction(busy.event, busy.form, () => Promise.reject(new StoreUnavailable('busy', 1_200)));
	expect(refusal(answer)).toEqual([503, expect.objectContaining({ retryAfter: 2 })]);
	expect(busy.headers['retry-after']).toBe('2');
});
