import { page } from '$app/state';

/** The title of a tab: what the page is, then the place. `Parley` replaces a name that the visitor may not read. */
export const pageTitle = (...what: string[]): string => [...what, page.data.placeName ?? 'Parley'].join(' · ');
