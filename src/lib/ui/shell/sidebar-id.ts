/** The id of the sidebar's element, for the buttons that open it; undefined on a page without a sidebar. */
import { getContext, setContext } from 'svelte';

const SIDEBAR = Symbol('sidebar');
type SidebarId = () => string | undefined;

export const setSidebarId = (id: SidebarId): void => void setContext(SIDEBAR, id);
export const sidebarId = (): string | undefined => getContext<SidebarId | undefined>(SIDEBAR)?.();
