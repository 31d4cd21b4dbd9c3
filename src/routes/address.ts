import { resolve } from '$app/paths';

/** A room's path, percent-encoded for a Location header, which is ASCII. */
export const roomAddress = (slug: string) => resolve('/rooms/[slug]', { slug: encodeURIComponent(slug) });

export const settingsAddress = (slug: string) => `${roomAddress(slug)}/settings`;

export const notificationsAddress = (slug: string) => `${roomAddress(slug)}/notifications`;

export const messageAddress = (slug: string, n: number) => `${roomAddress(slug)}/${n}`;

export const membersAddress = (slug: string) => `${roomAddress(slug)}/members`;
