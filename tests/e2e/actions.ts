/** Edits, deletions and reactions in a browser. */
import type { Locator, Page } from 'playwright/test';
import { expect, message } from './test.ts';

export const actions = (article: Locator) => article.getByRole('link', { name: 'Actions' });
export const panel = (page: Page) => page.getByRole('group', { name: 'Actions' });
export const choose = (page: Page, what: 'Edit' | 'Delete') =>
	panel(page).locator('summary', { hasText: what }).click();
export const editor = (page: Page) => page.getByRole('textbox', { name: 'Edit message' });

/** Opens the actions of a message, in place or on its permalink. */
export async function openActions(page: Page, text: string): Promise<void> {
	await message(page, text).hover();
	await actions(message(page, text)).click();
	await expect(panel(page)).toBeVisible();
}

export async function remove(page: Page, text: string): Promise<void> {
	await openActions(page, text);
	await choose(page, 'Delete');
	await page.getByRole('button', { name: 'Delete for everyone' }).click();
}
