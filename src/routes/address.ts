import { resolve } from '$app/paths';

/** A room's page, as a Location header can say it: a room may be named in any script, a header is ASCII. */
export const roomAddress = (slug: string) => resolve('/rooms/[slug]', { slug: encodeURIComponent(slug) });

/** Where its creator and operators change it. */
export const settingsAddress = (slug: string) => `${roomAddress(slug)}/settings`;

/** A message's permalink, likewise. */
export const messageAddress = (slug: string, n: number) => `${roomAddress(slug)}/${n}`;
