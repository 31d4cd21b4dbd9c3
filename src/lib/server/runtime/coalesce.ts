/**
 * Shares one call of `look` between concurrent callers. A caller only gets a call that began *after* it asked; otherwise a
 * caller that subscribes first would miss what was announced before.
 */
export function coalesce<T>(look: () => Promise<T>): () => Promise<T> {
	let running: Promise<T> | undefined;
	let waiting: Promise<T> | undefined;
	const ask = (): Promise<T> => {
		const answer = look().finally(() => {
			if (running === answer) running = undefined;
		});
		return (running = answer);
	};
	return () => {
		if (!running) return ask();
		const again = () => {
			waiting = undefined;
			return ask();
		};
		return (waiting ??= running.then(again, again));
	};
}
