/** What a check has found. A sentence says what to do where something is wrong. */
export interface Finding {
	is: 'ok' | 'warning' | 'wrong';
	about: string;
	text: string;
}

export const found = (is: Finding['is'], about: string, text: string): Finding => ({ is, about, text });
