import { page } from '$app/state';

/** The title of a tab: what the page is, then the place. `Parley` stands for a name that the visitor may not know. */
export const pageTitle = (...what: string[]): string => [...what, page.data.placeName ?? 'Parley'].join(' · ');
