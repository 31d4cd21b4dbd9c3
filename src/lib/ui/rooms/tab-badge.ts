/** Shows unread messages outside of the page: in the tab's icon, and on the icon of an installed Parley. */
import type { RoomRow } from '../../chat/rooms/room.ts';
import { notifiedIn } from '../../chat/rooms/levels.ts';
import { QUOTE } from '../kit/logo.ts';

const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
const plain = link?.href ?? '';

const A_DIGIT = 9;

let last = '';

/** @param rooms the reader's rooms: what they want to be notified of gives the number */
export function badge(unread: number, rooms: readonly RoomRow[]): void {
	const mentions = rooms.reduce((sum, room) => sum + notifiedIn(room), 0);
	// A browser loads the icon again whenever its address is set, even to the same value.
	const shown = `${unread} ${mentions}`;
	if (shown === last) return;
	last = shown;
	if (link) link.href = unread > 0 ? drawn(mentions) : plain;
	// A browser may refuse the badge.
	void (unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())?.catch(() => undefined);
}

/** The icon of static/favicon.svg with a dot, or with the number of mentions. An image cannot use tokens: the colours are repeated. */
function drawn(mentions: number): string {
	const dot = (x: number, y: number, radius: number, edge = 3) =>
		`<circle cx="${x}" cy="${y}" r="${radius}" fill="#f2a873" stroke="#1e5f50" stroke-width="${edge}"/>`;
	const number = `<text x="20" y="19.5" font-family="sans-serif" font-size="20" font-weight="bold" text-anchor="middle" fill="#2b1507">${mentions > A_DIGIT ? '+' : mentions}</text>`;
	const news = mentions > 0 ? dot(20, 12, 12, 0) + number : dot(22, 10, 8);
	const mark = `<path d="${QUOTE}"/><path d="${QUOTE}" transform="rotate(180 16 12)"/>`;
	return `data:image/svg+xml,${encodeURIComponent(
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1e5f50"/><g fill="#fbf9f5" transform="translate(1.6 5.2) scale(.9)">${mark}</g>${news}</svg>`
	)}`;
}
