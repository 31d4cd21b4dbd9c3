/** A caller only shares a call that began *after* it asked; otherwise it would miss what was announced before. */
export const coalesce = <T>(look: () => Promise<T>): (() => Promise<T>) => coalesceByKey(() => '', look);

/** The same for each key: equal questions share a call. */
export function coalesceByKey<Question extends unknown[], T>(
	keyOf: (...question: Question) => string,
	look: (...question: Question) => Promise<T>
): (...question: Question) => Promise<T> {
	const running = new Map<string, Promise<T>>();
	const waiting = new Map<string, Promise<T>>();
	return (...question) => {
		const key = keyOf(...question);
		const ask = (): Promise<T> => {
			const answer = look(...question).finally(() => {
				if (running.get(key) === answer) running.delete(key);
			});
			running.set(key, answer);
			return answer;
		};
		const current = running.get(key);
		if (!current) return ask();
		let next = waiting.get(key);
		if (!next) {
			const again = () => {
				waiting.delete(key);
				return ask();
			};
			next = current.then(again, again);
			waiting.set(key, next);
		}
		return next;
	};
}
