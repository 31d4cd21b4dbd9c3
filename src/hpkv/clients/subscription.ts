/**
 * A browser's ear: one socket, opened with a token, that tells what changed. It does not come back by itself (see
 * backoff.ts) and it replays nothing: whoever listens asks for what it missed once the socket is open.
 */
import { readNotification, type Notification } from '../protocol/notification.ts';

export interface Listener {
	/** The socket is open: from here on nothing is missed. Ask now for what came before. */
	onOpen(): void;
	onNotification(notification: Notification): void;
	/** Any frame at all came: the line lives. */
	onFrame?(): void;
	/**
	 * The socket is gone, once, also where it never opened (`opened` false: it may be the token, which browsers do not
	 * tell). Not called after {@link Subscription.close}.
	 */
	onClose(closed: { code: number; opened: boolean }): void;
}

export interface Subscription {
	/**
	 * Asks for a sign of life: browsers do not show the server's pings. A bearer that only hears is refused the key that
	 * this reads, and the refusal is a frame. False where the socket is not open.
	 */
	probe(): boolean;
	/** Ends it without a further word to the listener. */
	close(): void;
}

/** A normal closure and one that tells nothing, RFC 6455, section 7.4.1. */
const NORMAL = 1000;
const ABNORMAL = 1006;

/** `url`: the endpoint's socket, `wss://…/ws`. `token`: one of `Hpkv.token`, good for two hours. */
export function subscribe(url: string, token: string, listener: Listener): Subscription {
	let probes = 0;
	let opened = false;
	let over = false;

	const end = (code: number) => {
		if (over) return;
		over = true;
		listener.onClose({ code, opened });
	};

	let socket: WebSocket;
	try {
		socket = new WebSocket(`${url}?token=${encodeURIComponent(token)}`);
	} catch {
		// A URL that the browser or the page's policy refuses: told like any other loss, and not before we return.
		setTimeout(() => end(ABNORMAL));
		return { probe: () => false, close: () => void (over = true) };
	}

	socket.onopen = () => {
		if (over) return;
		opened = true;
		listener.onOpen();
	};
	socket.onmessage = ({ data }: MessageEvent<unknown>) => {
		if (over) return;
		listener.onFrame?.();
		const notification = readNotification(data);
		if (notification) listener.onNotification(notification);
	};
	socket.onclose = ({ code }) => end(code);

	return {
		probe() {
			if (socket.readyState !== WebSocket.OPEN) return false;
			probes += 1;
			socket.send(JSON.stringify({ op: 1, key: 'probe', messageId: probes }));
			return true;
		},
		close() {
			over = true;
			socket.close(NORMAL);
		}
	};
}
