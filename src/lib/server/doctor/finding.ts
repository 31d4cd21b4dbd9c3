/** What a check has found. A sentence says what to do where something is wrong. */
export interface Finding {
	is: 'ok' | 'warning' | 'wrong';
	about: string;
	text: string;
}

export const found = (is: Finding['is'], about: string, text: string): Finding => ({ is, about, text });

/** @param check a sentence, or an Error with one */
export async function attempt(about: string, check: () => Promise<string>): Promise<Finding> {
	try {
		return found('ok', about, await check());
	} catch (error) {
		return found('wrong', about, (error as Error).message);
	}
}
