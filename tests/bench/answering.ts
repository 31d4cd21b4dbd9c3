/** The child's end of the benchmark's questions: what it is asked over its parent's channel, it answers. */

export interface Question {
	id: number;
	ask: string;
	input?: unknown;
}

export interface Answer {
	id: number;
	result?: unknown;
	error?: string;
}

/** By name. What is thrown becomes the asker's error. */
export type Answers = Record<string, (input: never) => unknown>;

/** A child whose parent is gone ends itself, however the parent went. */
export function answer(answers: Answers): void {
	process.on('disconnect', () => process.exit(0));
	process.on('message', (question: Question) => void reply(question, answers));
}

async function reply({ id, ask, input }: Question, answers: Answers): Promise<void> {
	const sent: Answer = { id };
	try {
		const performer = answers[ask];
		if (!performer) throw new Error(`Nobody here knows "${ask}"`);
		sent.result = await performer(input as never);
	} catch (error) {
		sent.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
	}
	process.send?.(sent);
}
