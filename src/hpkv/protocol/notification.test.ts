import { expect, test } from 'vitest';
import { notificationFrame, readNotification } from './notification.ts';

test('what is framed is what is read', () => {
	for (const value of ['text', '{"a":1}', null]) {
		const notification = { key: 'live:kitchen', value, timestamp: 7 };
		expect(readNotification(notificationFrame(notification))).toEqual(notification);
	}
});

test('a number, which hosted may send after an increment, is read as its text', () => {
	expect(readNotification('{"type":"notification","key":"n","value":3,"timestamp":1}')?.value).toBe('3');
});

test.each([
	'',
	'pong',
	'null',
	'[]',
	'7',
	'{"code":200,"messageId":1}',
	'{"type":"notification"}',
	'{"type":"notification","key":1,"value":""}',
	'{"type":"notification","key":"a","value":{}}'
])('%s is no notification', (text) => {
	expect(readNotification(text)).toBeUndefined();
});

test('what is no text is no notification', () => {
	for (const data of [undefined, null, new ArrayBuffer(8), 7]) expect(readNotification(data)).toBeUndefined();
});
