import {
	BAD_FRAMES_PER_SOCKET,
	BAD_SOCKETS_PER_PERSON,
	BEAT_BURST,
	BEAT_RATE,
	JOIN_BURST,
	JOIN_RATE,
	MAX_HTTP_CONNECTIONS_PER_ADDRESS,
	READ_BURST,
	READ_MARK_BURST,
	READ_MARK_RATE,
	READ_RATE,
	ROOM_BURST,
	ROOM_RATE,
	SEND_BURST,
	SEND_RATE,
	SOCKETS_PER_TOKEN
} from '../../../src/lib/chat/limits.ts';
import type { Row } from '../row.ts';
import { attack } from './attack.ts';
import { PEOPLE, questionOfHoles } from './assault.ts';

/** What a bucket gives `count` people. */
const bucket =
	(burst: number, rate: number, count = 1) =>
	(seconds: number): number =>
		count * (burst + rate * seconds);

/** Connections that are told why they are refused, and what a server opens for itself. */
const REFUSED_CONNECTIONS = 150;

/** Bad frames of a person's sockets: five of them a minute, and those that were opened at the same moment. */
const badFrames = (seconds: number) =>
	BAD_FRAMES_PER_SOCKET * (2 * BAD_SOCKETS_PER_PERSON + 8 + (seconds / 60) * BAD_SOCKETS_PER_PERSON);

const connections = { open: MAX_HTTP_CONNECTIONS_PER_ADDRESS + REFUSED_CONNECTIONS };

/** What one address can do to a server with its default limits, and the guards that keep it in bounds. */
export const attacks: readonly Row[] = [
	attack('files', ['files-from-disk']),
	attack('pages', ['no-turns'], { taken: bucket(READ_BURST, READ_RATE) }),
	attack('since', ['no-request-limit'], { taken: bucket(READ_BURST, READ_RATE) }),
	attack('holes', ['any-holes'], { question: questionOfHoles }),
	attack('joins', ['no-join-limit'], { taken: bucket(JOIN_BURST, JOIN_RATE) }),
	attack('rooms', ['no-room-limit'], { taken: bucket(ROOM_BURST, ROOM_RATE, PEOPLE.rooms) }),
	attack('sends', ['no-send-limit'], { taken: bucket(SEND_BURST, SEND_RATE, PEOPLE.sends) }),
	attack('edits', ['no-send-limit'], { taken: bucket(SEND_BURST, SEND_RATE, PEOPLE.edits) }),
	attack('reactions', ['no-send-limit'], { taken: bucket(SEND_BURST, SEND_RATE, PEOPLE.reactions) }),
	attack('reads', ['no-mark-limit'], { taken: bucket(READ_MARK_BURST, READ_MARK_RATE, PEOPLE.reads) }),
	attack('presence', ['no-beat-limit'], { taken: bucket(BEAT_BURST, BEAT_RATE, PEOPLE.presence) }),
	attack('sockets', ['any-sockets'], { open: SOCKETS_PER_TOKEN + REFUSED_CONNECTIONS }),
	attack('frames', ['any-frames'], { taken: badFrames }),
	attack('slowReaders', ['any-connections'], connections),
	attack('slowBodies', ['any-connections'], connections)
];
