import { page } from '$app/state';

/** The title of a tab: what the page is, then the place. Who may not know the place's name reads `Parley`. */
export const pageTitle = (...what: string[]): string => [...what, page.data.placeName ?? 'Parley'].join(' · ');
