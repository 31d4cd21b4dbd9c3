/** Says outside of the page that there is something unread: in the tab, and on the icon of an installed Parley. */
import type { RoomRow } from '../../chat/rooms/room.ts';
import { mentionsIn } from '../../chat/reading/unread.ts';
import { QUOTE } from '../kit/logo.ts';

const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
const plain = link?.href ?? '';

/** Past this there is no room for a number. */
const A_DIGIT = 9;

/** What was said last. */
let last = '';

/** @param rooms as whoever reads sees them: of their unread messages, those that mention them are numbered */
export function badge(unread: number, rooms: readonly RoomRow[]): void {
	const mentions = rooms.reduce((sum, room) => sum + mentionsIn(room), 0);
	// A browser fetches and draws an icon anew whenever its address is set, be it the same one.
	const shown = `${unread} ${mentions}`;
	if (shown === last) return;
	last = shown;
	if (link) link.href = unread > 0 ? drawn(mentions) : plain;
	// Nobody has to let an app have a badge.
	void (unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())?.catch(() => undefined);
}

/**
 * The icon of static/favicon.svg, and over it a dot, or, for mentions, how many. Whatever colour the tab has, the dot
 * stands on the icon's own. A picture knows no tokens: these are its colours.
 */
function drawn(mentions: number): string {
	const dot = (x: number, y: number, radius: number, edge = 3) =>
		`<circle cx="${x}" cy="${y}" r="${radius}" fill="#f2b84b" stroke="#1e5f50" stroke-width="${edge}"/>`;
	const number = `<text x="20" y="19.5" font-family="sans-serif" font-size="20" font-weight="bold" text-anchor="middle" fill="#1a1713">${mentions > A_DIGIT ? '+' : mentions}</text>`;
	const news = mentions > 0 ? dot(20, 12, 12, 0) + number : dot(22, 10, 8);
	const mark = `<path d="${QUOTE}"/><path d="${QUOTE}" transform="rotate(180 16 12)"/>`;
	return `data:image/svg+xml,${encodeURIComponent(
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1e5f50"/><g fill="#fbf9f5" transform="translate(1.6 5.2) scale(.9)">${mark}</g>${news}</svg>`
	)}`;
}
