import { read } from '$lib/chat/markup/parse-messages.ts';
import { qrPicture } from '$lib/server/qr/qr.ts';
import type { PageServerLoad } from './$types';
import { ME, MESSAGES } from './samples.ts';

export const load: PageServerLoad = () => ({
	read: read(MESSAGES, { person: ME.id, name: ME.name }),
	qr: qrPicture('https://example.org/join/sample')
});
