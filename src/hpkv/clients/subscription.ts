/**
 * One socket of a browser, opened with a token, that receives notifications. It does not reconnect (see backoff.ts) and
 * replays nothing: the listener asks for missed changes once the socket is open.
 */
import { readNotification, type Notification } from '../protocol/notification.ts';

export interface Listener {
	/** From here on no notification is missed. Ask now for earlier changes. */
	onOpen(): void;
	onNotification(notification: Notification): void;
	/** Called for any frame: the connection works. */
	onFrame?(): void;
	/**
	 * Called once when the socket is closed or could not be opened (`opened` false: the token may be invalid, which
	 * browsers do not report). Not called after {@link Subscription.close}.
	 */
	onClose(closed: { code: number; opened: boolean }): void;
}

export interface Subscription {
	/**
	 * Requests a frame, because browsers do not expose the server's pings: it reads a key, which a receive-only token
	 * is refused. False if the socket is not open.
	 */
	probe(): boolean;
	/** Closes the socket without calling the listener. */
	close(): void;
}

/** Codes of a normal and of an abnormal closure: RFC 6455, section 7.4.1. */
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
		// The browser or the page policy refuses the URL: reported like any lost socket, after `subscribe` returns.
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
