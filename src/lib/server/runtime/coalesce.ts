/** A caller only shares a call that began *after* it asked; otherwise it would miss what was announced before. */
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
