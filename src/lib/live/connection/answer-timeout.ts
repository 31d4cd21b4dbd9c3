/** How long a question may stay unanswered. A dead line returns no error; a slow one needs time for two thousand messages. */
export const ANSWER_TIMEOUT_MS = 20_000;
